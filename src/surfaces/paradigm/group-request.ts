import { invalidSyntax, invalidValue, ScimError } from '../../protocol/error/scim-error.js';
import { isJsonArray, type Json, type JsonObject } from '../../protocol/json.js';
import { checkValue } from '../../protocol/text/check-value.js';
import { holdRefusal, requireBody, type RequestBody } from '../../scim/request-body.js';
import { isForm, readFormFields, type FormField } from '../http/form-fields.js';
import { parseJsonText } from '../http/parse-json.js';
import { jsonBody } from '../http/json-body.js';
import { bytesOf, type RequestWithBytes } from '../http/request-body.interceptor.js';
import { readMemberText } from './patch-request.js';

/** How many fields a form may have beside one for each operation: `schemas` and `id`. */
const OTHER_FIELDS = 20;

const BRACE = '{'.charCodeAt(0);

/** What is particular to one kind of message: how its form is put together. */
type FormReader = (fields: readonly FormField[]) => JsonObject;

/** The body of a request about groups, which may be JSON or a form. */
export async function readGroupBody(
  request: RequestWithBytes,
  fromForm: FormReader,
  maxOperations: number,
): Promise<RequestBody> {
  const contentType = request.headers['content-type'] ?? '';
  try {
    const bytes = bytesOf(request);
    // Programs such as curl call any body a form unless told otherwise; no form begins with a brace.
    if (!isForm(contentType) || bytes[0] === BRACE) return decodedJson(request);
    const fields = await readFormFields(bytes, contentType, maxOperations + OTHER_FIELDS);
    return holdRefusal(() => {
      const body = fromForm(fields);
      checkValue(body, '');
      return body;
    });
  } catch (error) {
    if (error instanceof ScimError) return { refusal: error };
    throw error;
  }
}

/** The JSON body, with a refusal of its syntax in the words of the documented API. */
export function decodedJson(request: RequestWithBytes): RequestBody {
  const body = jsonBody(request);
  if (!('refusal' in body) || body.refusal.scimType !== 'invalidSyntax') return body;
  return { refusal: invalidSyntax(`Could not decode JSON body: ${body.refusal.detail}`) };
}

/** A body that creates something: none, or one without content, is refused in the documented words. */
export function creationBody(request: RequestWithBytes, body: RequestBody): RequestBody {
  return holdRefusal(() => {
    const isEmpty =
      bytesOf(request).length === 0 || ('value' in body && Object.keys(body.value).length === 0);
    if (isEmpty) throw invalidSyntax('POST call made with empty body');
    return requireBody(body);
  });
}

/** `displayName`, `externalId` and `schemas` as fields; `members` once for all of them or once for each. */
export function groupFromForm(fields: readonly FormField[]): JsonObject {
  const members = valuesOf(fields, 'members');
  return {
    ...readSchemas(fields),
    ...readSingle(fields, 'displayName'),
    ...readSingle(fields, 'externalId'),
    ...(members.length === 0 ? {} : { members: members.flatMap((text) => readMemberText(text, 'members')) }),
  };
}

/** `Operations` as one field with a JSON array, or a field with a JSON object for each operation. */
export function patchFromForm(fields: readonly FormField[]): JsonObject {
  const operations = valuesOf(fields, 'Operations');
  return {
    ...readSchemas(fields),
    ...readSingle(fields, 'id'),
    ...(operations.length === 0
      ? {}
      : { Operations: operations.flatMap((text) => readJsonList(text, 'Operations')) }),
  };
}

function readSchemas(fields: readonly FormField[]): JsonObject {
  const schemas = valuesOf(fields, 'schemas').flatMap((text): readonly Json[] =>
    text.trimStart().startsWith('[') ? readJsonList(text, 'schemas') : [text],
  );
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
function readJsonList(text: string, name: string): readonly Json[] {
  const list = parseJsonText(`[${text}]`, `The form's field ${name}`);
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
