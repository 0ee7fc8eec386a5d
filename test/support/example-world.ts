import { SURFACES } from '../../src/app.module.js';
import { type AccessScope } from '../../src/access/credential.js';
import { type Dialect } from '../../src/protocol/dialect/dialect.js';
import {
  EXAMPLE_COMPANY,
  EXAMPLE_HELD,
  EXAMPLE_IDS,
  MEMBER_REQUEST,
} from '../../src/surfaces/openapi/examples.openapi.js';
import { type TestApplication } from './application.js';
import { type DocumentedExample, type DocumentedOperation, operationsOf } from './documented-operations.js';
import { type OpenApiDocument } from './documented-operations.js';
import { type ScimAnswer, type ScimClient } from './scim-client.js';

const EXAMPLE_ORIGIN = 'https://scim.example.com';

/** What an example world is made without: an operation that creates it is to be tried. */
export type Absent = 'user' | 'group';

/** A request that is to be sent as it is. */
export interface WorldRequest {
  readonly method: string;
  /** From the origin. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A company in which the resources of a surface's examples are real. */
export class ExampleWorld {
  private constructor(
    private readonly application: TestApplication,
    readonly surface: string,
    readonly slug: string,
    /** Real ids by those of the examples. */
    private readonly ids: Map<string, string>,
  ) {}

  /** Issued so far, by what they allow. */
  private readonly tokens = new Map<string, Promise<string>>();

  static async make(
    application: TestApplication,
    surface: string,
    absent: readonly Absent[] = [],
  ): Promise<ExampleWorld> {
    const { slug } = await application.company();
    const world = new ExampleWorld(application, surface, slug, new Map());
    const standard = application.scim(await world.token());
    const member = (await standard.post('/Users', MEMBER_REQUEST)).body as { id: string };
    world.ids.set(EXAMPLE_IDS.member, member.id);
    if (!absent.includes('user')) await world.create('Users', EXAMPLE_IDS.user);
    if (!absent.includes('group')) await world.create('Groups', EXAMPLE_IDS.group);
    return world;
  }

  /** A token of the company: the same one wherever the same is asked for. */
  token(
    dialect: Dialect = 'lenient',
    scopes: readonly AccessScope[] = ['scim:read', 'scim:write'],
    user?: string,
  ): Promise<string> {
    const token = {
      name: 'test',
      dialect,
      scopes,
      expires: null,
      ...(user !== undefined && { user: this.fill(user) }),
    };
    const key = JSON.stringify(token);
    const issued =
      this.tokens.get(key) ??
      this.application.tokens.issueToken(this.slug, token).then(({ secret }) => secret);
    this.tokens.set(key, issued);
    return issued;
  }

  pause(): Promise<unknown> {
    return this.application.lifecycle.pauseCompany(this.slug, 30);
  }

  unpause(): Promise<unknown> {
    return this.application.lifecycle.unpauseCompany(this.slug);
  }

  /** Has removals of the company held, as they are in the examples. */
  async holdRemovals(): Promise<void> {
    await this.asAdmin(
      `INSERT INTO guards (company_id, mode, held_since, held_rule, counted_from)
       SELECT id, 'hold', $2, $3, clock_timestamp() FROM companies WHERE slug = $1`,
      [this.slug, EXAMPLE_HELD.since, JSON.stringify(EXAMPLE_HELD.rule)],
    );
  }

  async releaseRemovals(): Promise<void> {
    await this.asAdmin(
      `WITH h AS (DELETE FROM held_removals USING companies c WHERE c.slug = $1 AND company_id = c.id)
       DELETE FROM guards USING companies c WHERE c.slug = $1 AND company_id = c.id`,
      [this.slug],
    );
  }

  private async asAdmin(text: string, values: readonly unknown[]): Promise<void> {
    await (await this.application.database.superuser()).query(text, [...values]);
  }

  /** The text with the company's own ids in the place of those of examples. */
  fill(text: string): string {
    return [...this.ids].reduce((filled, [example, id]) => filled.replaceAll(example, id), text);
  }

  /** The request of an operation, its path filled in and, where there is one, an example for its body. */
  request(
    documented: DocumentedOperation,
    token: string | undefined,
    example?: DocumentedExample,
  ): WorldRequest {
    const { method, path, operation } = documented;
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const given = operation.parameters?.find((parameter) => parameter.name === name)?.schema?.example;
      return name === 'tenant_id' ? this.slug : (given ?? this.idIn(path));
    });
    const body = example && encodeBody(example, (text) => this.fill(text));
    const headers = {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body && { 'Content-Type': body.contentType }),
    };
    return { method, path: filled, headers, ...(body && { body: body.text }) };
  }

  send(request: WorldRequest): Promise<ScimAnswer> {
    return this.client().send(request);
  }

  client(token?: string): ScimClient {
    return this.application.scim(token, this.application.origin);
  }

  /** A body as it would be in the company of the examples, with what differs each time made the same. */
  normalise(body: unknown): unknown {
    const text = JSON.stringify(body)
      .replaceAll(this.application.origin, EXAMPLE_ORIGIN)
      .replaceAll(`guard release ${this.slug},`, `guard release ${EXAMPLE_COMPANY},`)
      .replaceAll(`/companies/${this.slug}/`, `/companies/${EXAMPLE_COMPANY}/`)
      .replaceAll(`/tenants/${this.slug}/`, `/tenants/${EXAMPLE_COMPANY}/`)
      .replace(/\b[0-9a-f]{16}\b/g, 'id')
      .replace(/W\/\\"[^"]*\\"/g, 'version')
      .replace(/\bat version \d+/g, 'at version n')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
    // Members come in the order of their ids.
    return JSON.parse(text, (name, value: unknown) =>
      name === 'members' && Array.isArray(value)
        ? value.map((member) => JSON.stringify(member)).sort()
        : value,
    );
  }

  private idIn(path: string): string {
    const { mount } = SURFACES.find(({ surface }) => surface.name === this.surface)!.surface;
    const isUser = path.slice(mount.length).includes('/Users');
    const prefix = this.surface === 'strongdm' ? (isUser ? 'a-' : 'r-') : '';
    return prefix + this.fill(isUser ? EXAMPLE_IDS.user : EXAMPLE_IDS.group);
  }

  /** Creates what the last of the printed examples creates: a user, or a group that has a member. */
  private async create(collection: 'Users' | 'Groups', exampleId: string): Promise<void> {
    const creation = (await documentedOperations(this.application, this.surface)).find(
      ({ method, path }) => method === 'POST' && path.endsWith(`/${collection}`),
    )!;
    const example = creation.requests.filter(({ mediaType }) => mediaType.endsWith('json')).at(-1)!;
    const { status, text } = await this.send(this.request(creation, await this.token(), example));
    const [, id] = /"id":"(?:[ar]-)?([0-9a-f]{16})"/.exec(text) ?? [];
    if (status !== 201 || id === undefined) throw new Error(`${collection} were not created: ${text}`);
    this.ids.set(exampleId, id);
  }
}

const served = new WeakMap<TestApplication, Map<string, Promise<DocumentedOperation[]>>>();

/** The operations of the document that is served for a surface. */
export function documentedOperations(
  application: TestApplication,
  surface: string,
): Promise<DocumentedOperation[]> {
  const bySurface = served.get(application) ?? new Map<string, Promise<DocumentedOperation[]>>();
  served.set(application, bySurface);
  const operations =
    bySurface.get(surface) ??
    application
      .scim(undefined, application.origin)
      .get(`/openapi/${surface}.json`)
      .then(({ body }) => operationsOf(body as OpenApiDocument));
  bySurface.set(surface, operations);
  return operations;
}

const BOUNDARY = 'example-boundary';

/** A body under its media type; a form as Swagger UI sends it, where objects of an array are joined by commas. */
function encodeBody(
  { mediaType, value }: DocumentedExample,
  fill: (text: string) => string,
): { readonly contentType: string; readonly text: string } {
  if (mediaType.endsWith('json')) return { contentType: mediaType, text: fill(JSON.stringify(value)) };
  const fields = Object.entries(value as object).map(([name, part]: [string, unknown]) => {
    const parts = Array.isArray(part) ? (part as unknown[]) : [part];
    return [
      name,
      fill(parts.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(',')),
    ] as const;
  });
  if (mediaType === 'application/x-www-form-urlencoded') {
    return {
      contentType: mediaType,
      text: new URLSearchParams(fields.map(([...field]) => field)).toString(),
    };
  }
  const text = fields.map(
    ([name, field]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${field}\r\n`,
  );
  return {
    contentType: `${mediaType}; boundary=${BOUNDARY}`,
    text: `${text.join('')}--${BOUNDARY}--\r\n`,
  };
}
