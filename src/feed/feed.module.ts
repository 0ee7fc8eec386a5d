import { Module } from '@nestjs/common';
import { ChangeIds } from './change-ids.js';
import { Changes } from './changes.js';
import { FeedPositions } from './feed-positions.js';
import { FeedWatch } from './feed-watch.js';

/** The feed of changes. The persistence module provides its store. */
@Module({
  providers: [ChangeIds, Changes, FeedPositions, FeedWatch],
  exports: [ChangeIds, Changes, FeedPositions, FeedWatch],
})
export class FeedModule {}
