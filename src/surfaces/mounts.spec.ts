import { SURFACES } from '../app.module.js';
import { MOUNTS } from './mounts.js';

it('MOUNTS has the surfaces that are served, in their order', () => {
  expect(Object.entries(MOUNTS)).toEqual(SURFACES.map(({ surface: { name, mount } }) => [name, mount]));
});
