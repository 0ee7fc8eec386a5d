import { ApiProperty } from '@nestjs/swagger';
import { type Erasure, type ProvenErasure, type TableProof } from '../../administration/user-erasure.js';
import { pageOf } from '../http/pages.js';

class TableProofView implements TableProof {
  @ApiProperty({ example: 'memberships' })
  table!: string;

  @ApiProperty({ example: 4, description: 'How many of its rows were about the person.' })
  before!: number;

  @ApiProperty({ example: 0, description: 'How many are left, counted in the same transaction.' })
  left!: number;
}

class ErasureView implements Erasure {
  @ApiProperty({ example: '0558ac4d70400001', description: 'The id of the user; it stays.' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:30:00.000Z' })
  erased!: string;
}

export class ProvenErasureView extends ErasureView implements ProvenErasure {
  @ApiProperty({ example: 'acme' })
  company!: string;

  @ApiProperty({ type: [TableProofView] })
  proof!: readonly TableProof[];

  @ApiProperty({ description: 'What is still to be done elsewhere.' })
  notice!: string;
}

export class ErasureListView extends pageOf(ErasureView, 'ErasurePage') {}
