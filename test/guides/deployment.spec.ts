import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { codeBlocks, PROJECT, readDocument } from './markdown.js';

const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

/** Environment variables of others: of Node.js, of PostgreSQL's image and of the scripts beside compose.yaml. */
const OTHERS = ['NODE_ENV', 'POSTGRES_PASSWORD_FILE', 'OWNER_PASSWORD_FILE', 'SERVICE_PASSWORD_FILE'];

const documented = new Set(
  [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].flatMap(([, name]) => [
    name!,
    `${name}_FILE`,
  ]),
);
const unknown = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !documented.has(name) && !OTHERS.includes(name));

interface Compose {
  readonly services: Readonly<Record<string, { environment: Record<string, unknown>; secrets: string[] }>>;
  readonly secrets: Readonly<Record<string, { file: string }>>;
}
interface Chart {
  readonly version: string;
  readonly appVersion: string;
}

const compose = parse(read('compose.yaml')) as Compose;
const values = parse(read('deploy/helm/rollcall/values.yaml')) as Record<string, unknown>;
const chart = parse(read('deploy/helm/rollcall/Chart.yaml')) as Chart;
const manifest = JSON.parse(read('package.json')) as { version: string; engines: { node: string } };

describe('settings of the deployment kit', () => {
  it.each([
    [
      'Dockerfile',
      [...read('Dockerfile').matchAll(/^(?:ENV )? *([A-Z][A-Z_]*)=/gm)].map(([, name]) => name!),
    ],
    ['compose.yaml', Object.values(compose.services).flatMap(({ environment }) => Object.keys(environment))],
    [
      'the chart',
      [...read('deploy/helm/rollcall/templates/deployment.yaml').matchAll(/- name: ([A-Z][A-Z_]*)$/gm)].map(
        ([, name]) => name!,
      ),
    ],
    [
      'the unit',
      [...read('deploy/systemd/rollcall.service').matchAll(/^Environment=(\w+)=/gm)].map(([, name]) => name!),
    ],
  ])('%s sets what .env.example documents', (_, names) => {
    expect(names.length).toBeGreaterThan(3);
    expect(unknown(names)).toEqual([]);
  });
});

describe('deploy/ha', () => {
  const { bootstrap, etcd3, postgresql } = parse(read('deploy/ha/patroni.yml')) as {
    bootstrap: { dcs: Readonly<Record<string, number | boolean>> };
    etcd3: { hosts: readonly string[] };
    postgresql: { listen: string };
  };
  const setting = (file: string, name: string): string =>
    new RegExp(`^${name} *= *(.*)$`, 'm').exec(read(`deploy/ha/${file}`))?.[1] ?? '';

  it('loses no acknowledged write, and keeps the rule of Patroni for its times', () => {
    const {
      ttl,
      loop_wait: loopWait,
      retry_timeout: retryTimeout,
      synchronous_mode: synchronous,
    } = bootstrap.dcs;
    expect(synchronous).toBe(true);
    expect(Number(loopWait) + 2 * Number(retryTimeout)).toBeLessThanOrEqual(Number(ttl));
  });

  it('names the same addresses in all files', () => {
    const haproxy = read('deploy/ha/haproxy.cfg');
    const servers = [...haproxy.matchAll(/^ *server \w+ (\S+) check port (\d+)$/gm)];
    expect(servers).toHaveLength(2);
    expect(servers[0]?.[1]).toBe(postgresql.listen);
    expect(servers[0]?.[1]).toBe(setting('node.env', 'PATRONI_POSTGRESQL_CONNECT_ADDRESS'));
    expect(setting('node.env', 'PATRONI_RESTAPI_CONNECT_ADDRESS')).toMatch(
      new RegExp(`:${servers[0]?.[2]}$`),
    );
    const members = setting('etcd.env', 'ETCD_INITIAL_CLUSTER').split(',');
    expect(members.map((member) => member.replace(/.*\/\/(.*):2380$/, '$1:2379'))).toEqual(etcd3.hosts);
    const [, port] = /^ *bind 127\.0\.0\.1:(\d+)$/m.exec(haproxy)!;
    expect(setting('pgbouncer.ini', 'rollcall')).toBe(`host=127.0.0.1 port=${port} dbname=rollcall`);
  });
});

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
    files.split(' '),
  );

  it('copies what is there and what .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .match(/^!.+$/gm)
      ?.map((line) => line.slice(1));
    expect(new Set(copied)).toEqual(new Set(allowed));
    for (const file of copied) expect(existsSync(join(PROJECT, file))).toBe(true);
  });

  it('ends in the slim image, as a user that is not root', () => {
    expect(dockerfile.match(/^FROM .*$/gm)?.at(-1)).toBe('FROM base AS slim');
    expect(dockerfile.match(/^USER .*$/gm)).toEqual(['USER 1000:1000']);
    expect(dockerfile.split(' AS slim')[1]).not.toContain('embedded');
  });

  it('takes a Node.js that package.json allows', () => {
    const [, major = ''] = /^ARG NODE_IMAGE=node:(\d+)-/m.exec(dockerfile) ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(Number(/\d+/.exec(manifest.engines.node)?.[0]));
  });
});

describe('compose.yaml', () => {
  it('has each secret that a service reads, and a script makes each of them', () => {
    const script = read('deploy/compose/secrets.sh');
    for (const { secrets, environment } of Object.values(compose.services)) {
      const files = Object.values(environment).filter((value) => String(value).startsWith('/run/secrets/'));
      expect(files.sort()).toEqual(secrets.map((name) => `/run/secrets/${name}`).sort());
      for (const name of secrets) {
        expect(compose.secrets[name]).toEqual({ file: `./secrets/${name}` });
        expect(script).toContain(`\nmake ${name} `);
      }
    }
  });
});

describe('the chart', () => {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(read('deploy/helm/rollcall/values.schema.json')) as object,
  );

  it('has values that its schema allows', () => {
    expect(validate(values) ? [] : validate.errors).toEqual([]);
  });

  it.each([
    ['a value that there is not', { ...values, replicas: 3 }],
    ['a setting that is no text', { ...values, settings: { POOL_SIZE: 20 } }],
    ['a URL with a query', { ...values, publicUrl: 'https://scim.example.com?x' }],
    ['no workers', { ...values, workers: 0 }],
    ['a company that is no slug', { ...values, bootstrapCompany: 'Acme Corporation' }],
  ])('refuses %s', (_, changed) => {
    expect(validate(changed)).toBe(false);
  });

  it('is of the version of the program', () => {
    expect([chart.version, chart.appVersion]).toEqual([manifest.version, manifest.version]);
    expect(read('CHANGELOG.md')).toContain(`\n## [${manifest.version}]`);
  });

  it('uses only values that there are', () => {
    const files = [
      'deployment.yaml',
      'service.yaml',
      'ingress.yaml',
      'pod-disruption-budget.yaml',
      'NOTES.txt',
      '_names.tpl',
    ];
    const used = files.flatMap((file) => [
      ...read(`deploy/helm/rollcall/templates/${file}`).matchAll(/\.Values\.([\w.]+)/g),
    ]);
    for (const [, path = ''] of used) {
      const found = path
        .split('.')
        .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], values);
      expect([path, found]).not.toEqual([path, undefined]);
    }
  });
});

describe('the guide', () => {
  it("runs the command line of systemd's service with the settings of the service", () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-settings-'));
    writeFileSync(join(folder, 'settings'), 'PUBLIC_URL=https://scim.example.com\n');
    const [script = ''] = codeBlocks(readDocument('docs/guides/deployment.md'))
      .map(({ text }) => text)
      .filter((text) => text.includes('. /etc/rollcall/settings'));
    const node = 'node() { bash -c \'echo "$@" "$PUBLIC_URL" "$DATABASE_URL_FILE"\' node "$@"; }';
    const shown = execFileSync(
      'bash',
      [
        '--norc',
        '-euc',
        `${node}\n${script.replace('cd /opt/rollcall', '')}`.replaceAll('/etc/rollcall', folder),
      ],
      { env: { PATH: process.env.PATH }, encoding: 'utf8' },
    );
    expect(shown).toBe(
      `dist/cli.js token issue default --name Entra ID https://scim.example.com ${folder}/database-url\n`,
    );
  });
});
