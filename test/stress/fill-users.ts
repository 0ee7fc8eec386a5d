import { type StressedServer } from './stressed-server.js';

/** Makes users faster than requests could. @returns their ids */
export async function fillUsers(server: StressedServer, company: string, count: number): Promise<string[]> {
  const statements = [
    `INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
     SELECT :company, d, d, d->>'userName', d->>'userName', d->>'userName' FROM generate_series(1, ${count}) n
     CROSS JOIN LATERAL jsonb_build_object('userName', 'user-' || n || '@example.com') d`,
    `INSERT INTO resource_counts VALUES (:company, 'User', 0, ${count})`,
  ];
  await server.order({ kind: 'fill', company, statements });
  const ids: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const path: string = `Users?count=1000&attributes=id&cursor=${cursor}`;
    const { body } = await server.send(company, { method: 'GET', path });
    const page = JSON.parse(body) as { Resources: { id: string }[]; nextCursor?: string };
    ids.push(...page.Resources.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
}
