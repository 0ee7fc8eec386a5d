import { SecretBox, UnreadableSecretError } from './secret-box.js';

const [OLD, NEW] = ['old-'.repeat(8), 'new-'.repeat(8)];

it('keeps a secret encrypted, each time otherwise, under a key whose id it names', async () => {
  const box = new SecretBox([NEW]);
  const [one, other] = [await box.seal('whsec_x', 'a'), await box.seal('whsec_x', 'a')];
  expect(one).not.toBe(other);
  const header = JSON.parse(Buffer.from(one.split('.')[0]!, 'base64url').toString()) as object;
  expect(header).toEqual({
    ...{ alg: 'dir', enc: 'A256GCM', sub: 'a' },
    kid: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown,
  });
  expect(await box.open(one, 'a')).toBe('whsec_x');
});

it('reads what an earlier key has encrypted, as long as it is named', async () => {
  const sealed = await new SecretBox([OLD]).seal('whsec_x', 'a');
  expect(await new SecretBox([NEW, OLD]).open(sealed, 'a')).toBe('whsec_x');
  await expect(new SecretBox([NEW]).open(sealed, 'a')).rejects.toThrow(/SECRETS_KEY has no key with the id/);
});

it('reads nothing that belongs elsewhere, or was changed', async () => {
  const box = new SecretBox([NEW]);
  const sealed = await box.seal('whsec_x', 'a');
  await expect(box.open(sealed, 'b')).rejects.toThrow(UnreadableSecretError);
  const parts = sealed.split('.');
  for (const [index, part] of parts.entries()) {
    if (part === '') continue;
    const changed = parts.with(index, `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`).join('.');
    await expect(box.open(changed, 'a')).rejects.toThrow(UnreadableSecretError);
  }
  await expect(box.open('nonsense', 'a')).rejects.toThrow(UnreadableSecretError);
  await expect(new SecretBox([]).seal('whsec_x', 'a')).rejects.toThrow('no key');
});
