import { AttributeForms } from './attribute-forms.js';

/** How the rows of a database were made, as its settings say. */
export interface StoredForms {
  /** `FOLDING_VERSION` of the program. */
  readonly folding: number;
  readonly forms: AttributeForms;
  /** A reindex is under way or was interrupted: some rows were made in this way, others in the one before. */
  readonly unfinished: boolean;
}

interface Printed {
  readonly folding: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly unfinished?: true;
}

/** As the setting `comparison` keeps it. */
export function printStoredForms({ folding, forms, unfinished }: StoredForms): string {
  const printed: Printed = { folding, attributes: forms.print(), ...(unfinished && { unfinished }) };
  return JSON.stringify(printed);
}

/** The reverse of {@link printStoredForms}. */
export function readStoredForms(text: string): StoredForms {
  const { folding, attributes, unfinished = false } = JSON.parse(text) as Printed;
  return { folding, forms: AttributeForms.read(attributes), unfinished };
}
