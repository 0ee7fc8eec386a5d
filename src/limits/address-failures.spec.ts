import { AddressFailures } from './address-failures.js';

const ADDRESS = '192.0.2.1';
const MOST = 3;

async function failingAddress(): Promise<AddressFailures> {
  const failures = new AddressFailures({ authFailureLimit: MOST });
  await failures.note(ADDRESS, 'Bearer known', 'acme');
  for (let sent = 0; sent < MOST; sent += 1) await failures.note(ADDRESS, `Bearer wrong${sent}`, undefined);
  return failures;
}

describe('an address that has sent too many wrong credentials', () => {
  it('is let through with one that was valid lately, and with no other', async () => {
    const failures = await failingAddress();
    await expect(failures.admit(ADDRESS, 'Bearer known')).resolves.toBeUndefined();
    await expect(failures.admit(ADDRESS, 'Bearer other')).rejects.toMatchObject({ reason: 'rate' });
    await failures.note(ADDRESS, 'Bearer known', undefined);
    await expect(failures.admit(ADDRESS, 'Bearer known')).rejects.toMatchObject({ reason: 'rate' });
  });

  it('is let through, however many spellings of its own token another company sends', async () => {
    const failures = await failingAddress();
    for (let blanks = 1; blanks <= 10_001; blanks += 1)
      await failures.note('192.0.2.2', `Bearer${' '.repeat(blanks)}own`, 'globex');
    await expect(failures.admit(ADDRESS, 'Bearer known')).resolves.toBeUndefined();
    await expect(failures.admit(ADDRESS, `Bearer${' '.repeat(10_001)}own`)).resolves.toBeUndefined();
    await expect(failures.admit(ADDRESS, 'Bearer own')).rejects.toMatchObject({ reason: 'rate' });
  });

  it('is let through no more where ten thousand others were valid since', async () => {
    const failures = await failingAddress();
    for (let company = 0; company < 10_000; company += 1)
      await failures.note('192.0.2.2', `Bearer ${company}`, String(company));
    await expect(failures.admit(ADDRESS, 'Bearer known')).rejects.toMatchObject({ reason: 'rate' });
    await expect(failures.admit(ADDRESS, 'Bearer 0')).resolves.toBeUndefined();
  });
});

it('knows whose a credential was that was valid lately', async () => {
  const failures = await failingAddress();
  expect(failures.holderOf('Bearer known')).toBe('acme');
  expect(failures.holderOf('Bearer wrong0')).toBeUndefined();
  await failures.note(ADDRESS, 'Bearer known', undefined);
  expect(failures.holderOf('Bearer known')).toBeUndefined();
});
