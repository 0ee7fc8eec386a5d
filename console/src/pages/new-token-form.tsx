import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Schema } from '../api/client.js';
import { useMayChange } from '../session.js';
import { Curl, Notice, Problem } from '../ui/parts.js';
import { EndField, type Expires, NameField } from './credential-parts.js';
import { IssuedSecret, useTokenMaker } from './new-credential.js';

type Wanted = Schema<'IssueToken'>;

const PLACEHOLDER = 'Nightly report';

/** Makes a token for whatever is not connected on the page Connect. Nothing for those who may not. */
export function NewTokenForm({
  company,
  onMade,
}: {
  readonly company: string;
  readonly onMade: () => void;
}): JSX.Element | null {
  const [name, setName] = useState('');
  const [mayWrite, setMayWrite] = useState(true);
  const [dialect, setDialect] = useState<NonNullable<Wanted['dialect']>>('lenient');
  const [expires, setExpires] = useState<Expires>();
  const body: Wanted = {
    name: name.trim() || PLACEHOLDER,
    scopes: mayWrite ? ['scim:read', 'scim:write'] : ['scim:read'],
    dialect,
    ...(expires !== undefined && { expires }),
  };
  const { issued, issue, call, forget } = useTokenMaker(company, body, () => {
    setName('');
    onMade();
  });
  if (!useMayChange(company)) return null;
  if (issued !== undefined) {
    return (
      <Notice tone="good" label="The new token">
        <IssuedSecret label={`The token ${issued.name}`} {...issued} />
        <button type="button" onClick={forget}>
          I have entered it
        </button>
      </Notice>
    );
  }
  return (
    <details class="add">
      <summary>Make a token</summary>
      <p class="quiet">
        For a program of yours, or a provider that is not on the page Connect, which has the fields of the
        others.
      </p>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void issue.run();
        }}
      >
        <NameField value={name} onChange={setName} placeholder={PLACEHOLDER} />
        <label>
          It may
          <br />
          <select
            value={mayWrite ? 'write' : 'read'}
            onChange={({ currentTarget }) => setMayWrite(currentTarget.value === 'write')}
          >
            <option value="write">read and write</option>
            <option value="read">read only</option>
          </select>
        </label>
        <label>
          Requests are read
          <br />
          <select
            value={dialect}
            onChange={({ currentTarget }) =>
              setDialect(currentTarget.value === 'strict' ? 'strict' : 'lenient')
            }
          >
            <option value="lenient">as providers send them (lenient)</option>
            <option value="strict">to the letter of the RFC (strict)</option>
          </select>
        </label>
        <EndField value={expires} onChange={setExpires} />
        <button type="submit" class="main" disabled={issue.running}>
          Make the token
        </button>
      </form>
      <p class="quiet">
        Identity providers need lenient. Strict is for conformance tests, and for clients that want to be told
        of mistakes.
      </p>
      <Problem problem={issue.problem} />
      <Curl does="make a token" call={call} />
    </details>
  );
}
