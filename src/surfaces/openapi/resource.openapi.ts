import { type AnswerExamples } from './examples.openapi.js';
import {
  type BodilessAnswer,
  documentOperation,
  type DocumentedAnswer,
  type DocumentedOperation,
  type Examples,
  type Refusals,
  type SurfaceForm,
} from './operation.openapi.js';
import { type ResourceDocumentation } from './resource-documentation.js';
import { type TypeName } from './schema.openapi.js';
import { VERBS } from './verbs.openapi.js';

type Verb = keyof ResourceDocumentation;

/** What a surface says of one operation beside what every surface says. */
interface DocumentedVerb {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly MethodDecorator[];
  /** Answers without a body beside the usual one, by status. They have the headers of the resource. */
  readonly bodiless?: Readonly<Record<number, string>>;
  /** In the place of the usual ones of that status; undefined: there are none. */
  readonly refusals?: Readonly<Record<number, Refusals[number] | undefined>>;
}

/** How a surface documents the operations on one kind of resource. */
export interface ResourceTable {
  readonly verbs: Readonly<Record<Verb, DocumentedVerb>>;
  /** Names of the components. */
  readonly components: Readonly<Record<'answer' | 'list' | 'request' | 'patch', string>>;
  readonly requests: Readonly<Record<'whole' | 'patch', Examples>>;
  readonly answers: AnswerExamples;
}

/** The documentation of the six operations of a resource. */
export function documentResource(
  form: SurfaceForm,
  type: TypeName,
  table: ResourceTable,
): ResourceDocumentation {
  const { components, requests, answers } = table;
  const page = { description: 'A page of them.', schema: components.list };
  const { resourceHeaders: headers } = form;
  const one = { description: 'The resource.', schema: components.answer, headers };
  const created = {
    description: 'Created.',
    schema: components.answer,
    headers: { ...LOCATION, ...headers },
  };
  const changed = { description: 'The resource after the change.', schema: components.answer, headers };
  const whole = { schema: components.request, examples: requests.whole };
  const operations = { schema: components.patch, examples: requests.patch };
  const document = (verb: Verb, parts: OperationParts): MethodDecorator =>
    documentOperation(form, operationOf(form, VERBS[verb](type), table.verbs[verb], parts));
  return {
    list: document('list', { status: 200, answer: { ...page, examples: answers.listed } }),
    create: document('create', {
      status: 201,
      answer: { ...created, examples: answers.created },
      body: whole,
    }),
    read: document('read', { status: 200, answer: { ...one, examples: answers.read } }),
    replace: document('replace', {
      status: 200,
      answer: { ...changed, examples: answers.replaced },
      body: whole,
    }),
    patch: document('patch', {
      status: 200,
      answer: { ...changed, examples: answers.patched },
      body: operations,
    }),
    delete: document('delete', { status: 204, answer: { description: 'Deleted.' } }),
  };
}

/** What of the headers of a resource a surface sends. */
export const RESOURCE_HEADERS = {
  ETag: 'The version of the resource, for If-Match and If-None-Match.',
  'Content-Location': 'Where the resource is, as in its meta.location.',
};

const LOCATION = { Location: 'Where the new resource is, as in its meta.location.' };

interface OperationParts {
  readonly status: number;
  readonly answer: DocumentedAnswer | BodilessAnswer;
  readonly body?: NonNullable<DocumentedOperation['body']>;
}

function operationOf(
  { resourceHeaders: headers }: SurfaceForm,
  usual: ReturnType<(typeof VERBS)[Verb]>,
  { bodiless = {}, refusals, ...said }: DocumentedVerb,
  { status, answer, body }: OperationParts,
): DocumentedOperation {
  const all = Object.entries({ ...usual.refusals, ...refusals }).filter(([, errors]) => errors !== undefined);
  const empty = Object.entries(bodiless).map(([code, description]) => [code, { description, headers }]);
  return {
    ...usual,
    ...said,
    ...(body && { body }),
    answers: { [status]: answer, ...(Object.fromEntries(empty) as Record<number, BodilessAnswer>) },
    refusals: Object.fromEntries(all) as Refusals,
  };
}
