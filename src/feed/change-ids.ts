import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecretKey } from '../scim/secret-key.js';

const PREFIX = 'chg_';
const FORM = /^chg_[\w-]{22}$/;
const CIPHER = 'aes-256-ecb';
const BYTES = 16;
const HALF = 8;

/** An entry of a company's journal: the company by decimal digits, the entry by 16 hexadecimal ones. */
export interface JournalEntryKey {
  readonly companyId: string;
  readonly entryId: string;
}

/**
 * Makes the ids by which readers know changes. The id of an entry has a number in it that all companies share, so that two of
 * them would show how busy the others are. So a change's id is company and entry as one block of AES, a permutation with a
 * key: always the same, equal for no two changes, and meaningless without the key. A new `SECRET_KEY` gives all changes
 * new ids.
 */
@Injectable()
export class ChangeIds {
  private readonly key: Buffer;

  constructor(secretKey: SecretKey) {
    this.key = secretKey.derive('change ids');
  }

  /** Letters, digits, `-` and `_` behind `chg_`. */
  idOf({ companyId, entryId }: JournalEntryKey): string {
    const block = Buffer.alloc(BYTES);
    block.writeBigUInt64BE(BigInt(companyId), 0);
    block.write(entryId, HALF, 'hex');
    const cipher = createCipheriv(CIPHER, this.key, null).setAutoPadding(false);
    return PREFIX + Buffer.concat([cipher.update(block), cipher.final()]).toString('base64url');
  }

  /** The entry of the company that the id names, in 16 hexadecimal digits; undefined for any other text. */
  entryOf(companyId: string, id: string): string | undefined {
    if (!FORM.test(id)) return undefined;
    const sealed = Buffer.from(id.slice(PREFIX.length), 'base64url');
    const decipher = createDecipheriv(CIPHER, this.key, null).setAutoPadding(false);
    const block = Buffer.concat([decipher.update(sealed), decipher.final()]);
    const isOfCompany = block.readBigUInt64BE(0) === BigInt(companyId);
    const entryId = block.toString('hex', HALF);
    return isOfCompany && this.idOf({ companyId, entryId }) === id ? entryId : undefined;
  }
}
