import { invalidSyntax, invalidValue, ScimError } from '../../protocol/error/scim-error.js';
import { isJsonArray, type Json, type JsonObject } from '../../protocol/json.js';
import { checkValueWork } from '../../protocol/text/check-value.js';
import { type Work } from '../../protocol/work.js';
import { inPieces } from '../../scim/in-pieces.js';
import { holdRefusal, requireBody, type RequestBody } from '../../scim/request-body.js';
import { isForm, readFormFields, type FormField } from '../http/form-fields.js';
import { parseJsonText } from '../http/parse-json.js';
import { jsonBody } from '../http/json-body.js';
import { bytesOf, type RequestWithBytes } from '../http/request-body.interceptor.js';
import { readMemberText } from './patch-request.js';

/** How many fields a form may have beside one for each operation: `schemas` and `id`. */
const OTHER_FIELDS = 20;

const BRACE = '{'.charCodeAt(0);

/** Makes the JSON body of one kind of message from the fields of its form. */
type FormReader = (fields: readonly FormField[]) => Work<JsonObject>;

/** The body of a request about groups, which may be JSON or a form. */
export async function readGroupBody(
  request: RequestWithBytes,
  fromForm: FormReader,
  maxOperations: number,
): Promise<RequestBody> {
  const contentType = request.headers['content-type'] ?? '';
  try {
    const bytes = bytesOf(request);
    // curl sends any body as a form unless told otherwise. A body that begins with a brace is JSON: no form does.
    if (!isForm(contentType) || bytes[0] === BRACE) return await decodedJson(request);
    const fields = await readFormFields(bytes, contentType, maxOperations + OTHER_FIELDS);
    return await holdRefusal(async () => {
      const body = await inPieces(fromForm(fields));
      await inPieces(checkValueWork(body, ''));
      return body;
    });
  } catch (error) {
    if (error instanceof ScimError) return { refusal: error };
    throw error;
  }
}

/** The JSON body; its syntax errors have the documented text. */
export async function decodedJson(request: RequestWithBytes): Promise<RequestBody> {
  const body = await jsonBody(request);
  if (!('refusal' in body) || body.refusal.scimType !== 'invalidSyntax') return body;
  return { refusal: invalidSyntax(`Could not decode JSON body: ${body.refusal.detail}`) };
}

/** The body of a POST; a missing or empty one is refused with the documented text. */
export function creationBody(request: RequestWithBytes, body: RequestBody): Promise<RequestBody> {
  return holdRefusal(() => {
    const isEmpty =
      bytesOf(request).length === 0 || ('value' in body && Object.keys(body.value).length === 0);
    if (isEmpty) throw invalidSyntax('POST call made with empty body');
    return requireBody(body);
  });
}

/** A group from the fields `displayName`, `externalId`, `schemas` and `members`, the last one field or several. */
export function* groupFromForm(fields: readonly FormField[]): Work<JsonObject> {
  const members = valuesOf(fields, 'members');
  return {
    ...(yield* readSchemas(fields)),
    ...readSingle(fields, 'displayName'),
    ...readSingle(fields, 'externalId'),
    ...(members.length === 0
      ? {}
      : { members: yield* eachText(members, (text) => readMemberText(text, 'members')) }),
  };
}

/** A PATCH from `Operations`: one field with a JSON array, or one field with a JSON object for each operation. */
export function* patchFromForm(fields: readonly FormField[]): Work<JsonObject> {
  const operations = valuesOf(fields, 'Operations');
  return {
    ...(yield* readSchemas(fields)),
    ...readSingle(fields, 'id'),
    ...(operations.length === 0
      ? {}
      : { Operations: yield* eachText(operations, (text) => readJsonList(text, 'Operations')) }),
  };
}

/** What all texts give together. */
function* eachText(
  texts: readonly string[],
  read: (text: string) => Work<readonly Json[]>,
): Work<readonly Json[]> {
  const lists: (readonly Json[])[] = [];
  for (const text of texts) {
    lists.push(yield* read(text));
    yield;
  }
  return lists.flat();
}

function* readSchemas(fields: readonly FormField[]): Work<JsonObject> {
  const schemas = yield* eachText(valuesOf(fields, 'schemas'), function* (text): Work<readonly Json[]> {
    return text.trimStart().startsWith('[') ? yield* readJsonList(text, 'schemas') : [text];
  });
  return schemas.length === 0 ? {} : { schemas };
}

function readSingle(fields: readonly FormField[], name: string): JsonObject {
  const [value, second] = valuesOf(fields, name);
  if (second !== undefined) throw invalidValue(`${name}: the form has this field more than once`);
  return value === undefined ? {} : { [name]: value };
}

function valuesOf(fields: readonly FormField[], name: string): string[] {
  return fields.filter((field) => field.name.toLowerCase() === name.toLowerCase()).map(({ value }) => value);
}

/** A JSON array, one value, or several with commas between them, as Swagger UI joins objects. */
function* readJsonList(text: string, name: string): Work<readonly Json[]> {
  const list = yield* parseJsonText(`[${text}]`, `The form's field ${name}`);
  const [only, ...others] = isJsonArray(list) ? list : [];
  if (others.length === 0 && isJsonArray(only)) return only;
  return isJsonArray(list) ? list : [];
}

/** The `id` that the documented PATCH of groups carries in its body, since its path has none. */
export function groupIdOf(body: JsonObject): string {
  const ids = Object.entries(body).filter(([name]) => name.toLowerCase() === 'id');
  const [id] = ids.map(([, value]) => value);
  if (ids.length > 1) throw invalidSyntax('id: stands twice in the body');
  if (typeof id !== 'string' || id === '') {
    throw invalidValue(
      'id: this PATCH has no id in its path, so its body needs one as a string; or send it to /Groups/{id}',
    );
  }
  return id;
}
