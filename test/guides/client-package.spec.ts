import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { runFolder } from '../support/run-folder.js';
import { codeBlocks, PROJECT, readDocument } from './markdown.js';

const README = 'packages/rollcall-client/README.md';

/** What the pieces of the document take for given: the reader's own, and what an earlier piece has made. */
const GIVEN = `
  import type { MembershipCache, MembershipPair, PositionStore, RollcallClient, SnapshotRecord, Change } from 'rollcall-client';
  interface Rows {
    clear(): Promise<void>;
    insert(record: SnapshotRecord): Promise<void>;
    applyUnlessSeen(change: Change): Promise<void>;
    writePosition(position: string): Promise<void>;
  }
  declare global {
    const rollcall: RollcallClient;
    const cache: MembershipCache;
    const positions: PositionStore;
    const signal: AbortSignal;
    const userId: string;
    const groupId: string;
    const pairs: readonly MembershipPair[];
    const database: {
      readPosition(): Promise<string | undefined>;
      transaction(work: (rows: Rows) => Promise<void>): Promise<void>;
    };
    const redis: {
      get(key: string): Promise<string | null>;
      set(key: string, value: string): Promise<string | null>;
    };
    function endSessions(userId: string): Promise<void>;
    function show(name: string): void;
    function handle(id: string, payload: unknown): Promise<void>;
  }
`;

it('the code of the README compiles in a strict project, piece by piece', () => {
  const folder = mkdtempSync(join(runFolder(), 'readme-'));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const pieces = codeBlocks(readDocument(README)).filter(({ language }) => language === 'ts');
  expect(pieces.length).toBeGreaterThan(5);
  const files = pieces.map(({ text }, index) => write(`piece-${index}.mts`, `${text}\nexport {};\n`));
  const program = ts.createProgram([write('given.d.mts', GIVEN), ...files], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    typeRoots: [join(PROJECT, 'node_modules/@types')],
    types: ['node'],
    paths: { 'rollcall-client': [join(PROJECT, 'packages/rollcall-client/src/index.ts')] },
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
  });
  const faults = ts.getPreEmitDiagnostics(program).map(({ messageText, file, start }) => {
    const line = file && start !== undefined ? file.text.slice(start).split('\n')[0] : '';
    return `${ts.flattenDiagnosticMessageText(messageText, ' ')}: ${line}`;
  });
  expect(faults).toEqual([]);
}, 60_000);
