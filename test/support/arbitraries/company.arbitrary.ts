import fc from 'fast-check';
import { isJsonObject, type JsonObject } from '../../../src/protocol/json.js';
import { readResource } from '../../../src/protocol/resource/read-resource.js';
import { completeNew } from '../../../src/protocol/resource/replacement.js';
import { type Attributes } from '../../../src/protocol/resource/resource.js';
import { ENTERPRISE_USER_SCHEMA } from '../../../src/protocol/schema/enterprise-user.schema.js';
import { EVERY_TYPE } from './every-type.schema.js';
import { anyText } from './text.arbitrary.js';
import { type ValueSource } from './value.arbitrary.js';

/** The attributes of users, whose userNames differ. */
export function usersToCreate(source: ValueSource, count: number, seed: number): readonly Attributes[] {
  const one = fc.tuple(anyText, fc.option(anyText, { freq: 2 }), source.body(EVERY_TYPE.user, ['userName']));
  return fc.sample(one, { seed, numRuns: count }).map(([name, externalId, body], index) => {
    const complete = { ...body, externalId, userName: `${name}.${index}` };
    const { attributes } = readResource(complete, EVERY_TYPE.user, { dialect: 'strict' });
    return completeNew(attributes, EVERY_TYPE.user);
  });
}

/** The attributes of groups. Their names may be equal. */
export function groupsToCreate(source: ValueSource, count: number, seed: number): readonly Attributes[] {
  return fc
    .sample(source.body(EVERY_TYPE.group, ['displayName', 'members']), { seed, numRuns: count })
    .map((body, index) => {
      const [name = ''] = fc.sample(anyText, { seed: seed + index, numRuns: 1 });
      const externalId = index % 3 === 0 ? {} : { externalId: `${name}-${index % 5}` };
      const named = { ...body, ...externalId, displayName: name.trim() === '' ? 'unnamed' : name };
      return readResource(named, EVERY_TYPE.group, { dialect: 'strict' }).attributes;
    });
}

/** The attributes with another `manager.value`, which need not be the id of a user. */
export function withManager(attributes: Attributes, manager: string): Attributes {
  const urn = ENTERPRISE_USER_SCHEMA.id;
  const extension: JsonObject = isJsonObject(attributes[urn]) ? attributes[urn] : {};
  return { ...attributes, [urn]: { ...extension, manager: { value: manager } } };
}
