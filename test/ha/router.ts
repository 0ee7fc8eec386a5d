import { connect } from 'node:net';
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { findFreePort, startProcess, unprivileged } from '../support/process.js';
import { eventually } from '../support/webhook-receiver.js';
import { fillIn, makeOpenFolder } from './deployment-files.js';
import { type Cell } from './move-cells.js';
import { findPrograms } from './programs.js';

/** HAProxy in front of the cells, by the files of deploy/ha/cells. */
export class Router {
  private constructor(
    private readonly port: number,
    private readonly socket: string,
  ) {}

  /**
   * @param hosts in which cell the company of a host name is, at first
   * @throws Error where HAProxy is not installed
   */
  static async start(cells: readonly [Cell, Cell], hosts: Readonly<Record<string, number>>): Promise<Router> {
    const folder = makeOpenFolder();
    mkdirSync(join(folder, 'cells'));
    const port = await findFreePort();
    const socket = join(folder, 'admin.sock');
    const lines = Object.entries(hosts).map(([host, cell]) => `${host} cell-${cell}`);
    fillIn('cells/cells.map', folder, {
      'acme.scim.example.com      cell-1\nglobex.scim.example.com    cell-2': lines.join('\n'),
    });
    const file = fillIn('cells/haproxy.cfg', folder, {
      'bind :8080': `bind 127.0.0.1:${port}`,
      '/run/haproxy/admin.sock': socket,
      ...Object.fromEntries(
        cells.map(({ number, origin }) => [`127.0.0.1:300${number}`, new URL(origin).host]),
      ),
    });
    const identity = unprivileged();
    startProcess([findPrograms().haproxy, '-db', '-f', file], {
      cwd: join(folder, 'cells'),
      ...(identity && { identity }),
    });
    const router = new Router(port, socket);
    await eventually(
      () =>
        router.status('none', '').then(
          () => true,
          () => false,
        ),
      () => 'router',
    );
    return router;
  }

  /** The status of a list of users, asked for by a host name. */
  status(host: string, token: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { Host: host, Authorization: `Bearer ${token}` };
      const path = '/standard/scim/v2/Users?count=1';
      request({ port: this.port, host: '127.0.0.1', path, headers }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
      })
        .once('error', reject)
        .end();
    });
  }

  /** Sends the company of a host name to another cell, as the guide says, without a reload. */
  async move(host: string, cell: number): Promise<void> {
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const command = connect(this.socket);
      command.write(`set map cells.map ${host} cell-${cell}\n`);
      command
        .on('data', (data) => (text += String(data)))
        .once('error', reject)
        .once('end', () => resolve(text.trim()));
    });
    if (answer !== '') throw new Error(`HAProxy: ${answer}`);
  }
}
