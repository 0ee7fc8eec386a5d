/** One value in a text for Prometheus. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with its samples. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: Sample[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const NUMBER = /^(?:[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|Inf)|NaN)$/i;

/**
 * Parses the text format of Prometheus (version 0.0.4) to the letter, without time stamps and comments, which nothing here
 * writes.
 *
 * @throws Error for a line that the format does not have, or a sample that belongs to no family
 */
export function parseExposition(text: string): Family[] {
  const families: Family[] = [];
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === 'HELP') families.push({ name, help: rest, type: '', samples: [] });
    else if (keyword === 'TYPE') families.push({ ...takeLast(families, name), type: rest });
    else if (line !== '') addSample(families.at(-1), line);
  }
  return families;
}

function takeLast(families: Family[], name: string): Family {
  const last = families.pop();
  if (last?.name !== name) throw new Error(`the type of ${name} does not follow its help`);
  return last;
}

function addSample(family: Family | undefined, line: string): void {
  const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
  const suffix = family && name.startsWith(family.name) ? name.slice(family.name.length) : undefined;
  const suffixes = family?.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  if (!family || suffix === undefined || !suffixes.includes(suffix) || !NUMBER.test(value))
    throw new Error(`no sample of ${family?.name}: ${line}`);
  family.samples.push({
    name,
    labels: parseLabels(labels, line),
    value: Number(value.replace('Inf', 'Infinity')),
  });
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no label: ${line}`);
    labels[name] = value;
  }
  return labels;
}
