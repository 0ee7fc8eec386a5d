import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Answers everything with 429 and does nothing for it: what senders take of the machine is left. */
const server = createServer((_request, response) => response.writeHead(429, { 'Content-Length': 0 }).end());
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
