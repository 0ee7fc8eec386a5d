import { type Connection } from './connection.js';
import { FormatError } from './errors.js';

type Properties = Readonly<Record<string, unknown>>;

/** A subject or resource (AuthZEN 1.0): here a `user` and a `group`. */
export interface Entity {
  readonly type: string;
  readonly id: string;
  /** `idType` says what the id is, where it is not the id of Rollcall. */
  readonly properties?: Properties;
}

/** May the subject do the action to the resource? Here: is the user a `member`, or `direct_member`, of the group? */
export interface Evaluation {
  readonly subject: Entity;
  readonly action: { readonly name: string; readonly properties?: Properties };
  readonly resource: Entity;
  readonly context?: Properties;
}

export interface EvaluationDecision {
  readonly decision: boolean;
  readonly context?: Properties | undefined;
}

/** Several evaluations at once; what all of them have stands beside them. */
export interface Evaluations extends Partial<Evaluation> {
  readonly evaluations: readonly Partial<Evaluation>[];
  readonly options?: Properties;
}

export interface EvaluationsDecision {
  readonly evaluations: readonly EvaluationDecision[];
}

export interface EvaluationOptions {
  /** With a platform credential: the slug or id of the company. A company's own credential needs none. */
  readonly company?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Evaluates one (AuthZEN 1.0, Access Evaluation API). */
export async function evaluateOne(
  connection: Connection,
  body: Evaluation,
  { company, signal }: EvaluationOptions,
): Promise<EvaluationDecision> {
  const path = `${accessPath(company)}/evaluation`;
  return requireDecision(await connection.json({ path, body, signal }), path);
}

/** Evaluates several (AuthZEN 1.0, Access Evaluations API). */
export async function evaluateAll(
  connection: Connection,
  body: Evaluations,
  { company, signal }: EvaluationOptions,
): Promise<EvaluationsDecision> {
  const path = `${accessPath(company)}/evaluations`;
  const answer = (await connection.json({ path, body, signal })) as Partial<EvaluationsDecision> | null;
  // Without evaluations in the request, the answer is that of a single one.
  const decisions = Array.isArray(answer?.evaluations)
    ? (answer.evaluations as readonly unknown[])
    : [answer];
  return { evaluations: decisions.map((decision) => requireDecision(decision, path)) };
}

const accessPath = (company: string | undefined): string =>
  company === undefined ? '/access/v1' : `/access/v1/${encodeURIComponent(company)}`;

function requireDecision(answer: unknown, path: string): EvaluationDecision {
  const decision = answer as Partial<EvaluationDecision> | null;
  if (typeof decision?.decision !== 'boolean') throw new FormatError(`POST ${path}: no decision.`);
  return decision as EvaluationDecision;
}
