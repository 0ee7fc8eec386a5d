import { Injectable } from '@nestjs/common';
import { SecretKey } from '../scim/secret-key.js';
import { TextSeal } from '../scim/text-seal.js';

/** Up to where somebody has read the feed. */
export interface FeedPosition {
  /** The place in the feed, in decimal digits. */
  readonly place: string;
  /** When it was read up to there, by the clock of the database. */
  readonly at: Date;
}

const PURPOSE = 'feed position';
const PLACE_BYTES = 8;
const TIME_BYTES = 6;

/**
 * Makes positions of the feed opaque, since places are numbers of all companies together. A position is good for every
 * credential: what a credential may read is not in it. A new `SECRET_KEY` ends all positions.
 */
@Injectable()
export class FeedPositions {
  private readonly texts: TextSeal;

  constructor(secretKey: SecretKey) {
    this.texts = new TextSeal(secretKey.derive('feed positions'));
  }

  seal({ place, at }: FeedPosition): string {
    const bytes = Buffer.alloc(PLACE_BYTES + TIME_BYTES);
    bytes.writeBigUInt64BE(BigInt(place), 0);
    bytes.writeUIntBE(at.getTime(), PLACE_BYTES, TIME_BYTES);
    return this.texts.seal(bytes, PURPOSE);
  }

  /** Undefined for what no server with this key has made. */
  open(text: string): FeedPosition | undefined {
    const bytes = this.texts.open(text, PURPOSE, PLACE_BYTES + TIME_BYTES);
    if (bytes === undefined) return undefined;
    return {
      place: bytes.readBigUInt64BE(0).toString(),
      at: new Date(bytes.readUIntBE(PLACE_BYTES, TIME_BYTES)),
    };
  }
}
