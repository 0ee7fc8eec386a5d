import { type NamePlace } from '../../persistence/directory/search-resources.js';
import { ID_LENGTH, isResourceId } from '../../persistence/sql/resource-id.js';
import { problemOfText } from '../../protocol/text/check-value.js';
import { AdministrationError } from '../administration.error.js';

/** A cursor holds a name, which is 2,000 bytes long at most, in base64. */
const LONGEST = 2800;

/** The cursor of the part of a list by names that is behind a place. */
export const nameCursor = ({ id, key }: NamePlace): string => Buffer.from(id + key).toString('base64url');

/** Whether a text can be the cursor of a list by names. */
export const isNameCursor = (text: string): boolean => placeIn(text) !== undefined;

/** @throws AdministrationError for a text that is no cursor */
export function openNameCursor(cursor: string): NamePlace {
  const place = placeIn(cursor);
  if (place) return place;
  throw new AdministrationError(
    'That is no cursor; take the one of the page before, or leave it out to begin anew.',
  );
}

function placeIn(cursor: string): NamePlace | undefined {
  if (cursor.length > LONGEST) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString();
  const place = { id: text.slice(0, ID_LENGTH), key: text.slice(ID_LENGTH) };
  const isPlace = isResourceId(place.id) && problemOfText(place.key) === undefined;
  return isPlace && nameCursor(place) === cursor ? place : undefined;
}
