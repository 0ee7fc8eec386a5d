import { type ComponentChildren, type JSX } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { adviceFor, type ProblemError } from '../api/problem.js';
import { SERVICE } from '../location.js';
import { curlOf, type Call } from './curl.js';
import { relativeTime, utcTime } from './times.js';

/** A page with its one heading, which is also the title of the window. */
export function Page({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  useEffect(() => {
    document.title = `${title} – Rollcall`;
  }, [title]);
  return (
    <main id="content" tabIndex={-1}>
      <h1>{title}</h1>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {children}
    </main>
  );
}

/** Something that is said in a frame of its own, in a colour that says the same. */
export function Notice({
  tone,
  role,
  label,
  children,
}: {
  /** `plain` for what only says that there is nothing. */
  readonly tone: 'good' | 'bad' | 'warn' | 'plain';
  /** Where it comes by itself: `alert` for what somebody has to know at once. */
  readonly role?: 'alert' | 'status';
  /** What it is called, where it is a part of the page to go to. */
  readonly label?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const Frame = label === undefined ? 'div' : 'section';
  return (
    <Frame class={`notice ${tone}`} role={role} aria-label={label}>
      {children}
    </Frame>
  );
}

/** What went wrong, and what to do. Nothing where nothing did. */
export function Problem({ problem }: { readonly problem: ProblemError | undefined }): JSX.Element | null {
  if (problem === undefined) return null;
  return (
    <Notice tone="bad" role="alert">
      <p>
        <strong>{problem.message}</strong>
        {problem.status > 0 && <span class="quiet"> ({problem.status})</span>}
      </p>
      {problem.details.length > 1 && (
        <ul>
          {problem.details.map((detail) => (
            <li key={detail}>{detail}</li>
          ))}
        </ul>
      )}
      <p>{adviceFor(problem)}</p>
    </Notice>
  );
}

/** A time: how long ago, with local time and UTC to be seen where the pointer rests, and read out. */
export function Time({ at, full = false }: { readonly at: string; readonly full?: boolean }): JSX.Element {
  const date = new Date(at);
  const local = date.toLocaleString();
  return (
    <time dateTime={at} title={`${local} (${utcTime(date)})`}>
      {full ? (
        <>
          {local} <span class="quiet">({utcTime(date)})</span>
        </>
      ) : (
        relativeTime(date, new Date())
      )}
    </time>
  );
}

/** A value that is there to be pasted somewhere else. */
export function Copyable({
  label,
  value,
  secret = false,
  note,
}: {
  readonly label: string;
  readonly value: string;
  /** Whether it is hidden until somebody wants to see it. */
  readonly secret?: boolean;
  readonly note?: ComponentChildren;
}): JSX.Element {
  const id = useId();
  const [seen, setSeen] = useState(!secret);
  return (
    <div class="copyable">
      <label for={id}>{label}</label>
      <div class="row">
        <input
          id={id}
          readOnly
          autocomplete="off"
          spellcheck={false}
          {...({ type: seen ? 'text' : 'password' } as { type: 'text' })}
          value={value}
          onFocus={(event) => event.currentTarget.select()}
        />
        {secret && (
          <button type="button" class="plain" aria-pressed={seen} onClick={() => setSeen(!seen)}>
            {seen ? 'Hide' : 'Show'}
          </button>
        )}
        <CopyButton value={value} label={label} />
      </div>
      {note !== undefined && <p class="quiet">{note}</p>}
    </div>
  );
}

const COPIED_MS = 2000;

/** Puts a text on the clipboard, and says so. */
export function CopyButton({
  value,
  label,
}: {
  readonly value: string;
  readonly label: string;
}): JSX.Element {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = async (): Promise<void> => {
    // Browsers keep the clipboard from pages that came by plain http from another machine.
    const done = await writeToClipboard(value);
    setState(done ? 'copied' : 'failed');
    setTimeout(() => setState('idle'), COPIED_MS);
  };
  const texts = { idle: 'Copy', copied: 'Copied', failed: 'Select and copy it' } as const;
  return (
    <button type="button" class="plain" aria-label={`${texts[state]}: ${label}`} onClick={() => void copy()}>
      <span aria-live="polite">{texts[state]}</span>
    </button>
  );
}

async function writeToClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The command that does the same as a button, or shows the same as a page. */
export const Curl = ({
  call,
  does,
}: {
  readonly call: Call;
  /** What it does, where a page has several: `send one again`. */
  readonly does?: string;
}): JSX.Element => (
  <Command label={does === undefined ? 'curl' : `curl to ${does}`} command={curlOf(SERVICE, call)} />
);

/** A command that can be copied, behind its name. */
export function Command({
  label,
  command,
}: {
  readonly label: string;
  readonly command: string;
}): JSX.Element {
  return (
    <details class="curl">
      <summary>{label}</summary>
      <div class="row">
        <pre tabIndex={0}>
          <code>{command}</code>
        </pre>
        <CopyButton value={command} label="the curl command" />
      </div>
    </details>
  );
}

/** Something to be confirmed first: a button that opens a question with what it means. */
export function Confirmed({
  label,
  question,
  confirm,
  call,
  disabled = false,
  dangerous = false,
  onConfirm,
}: {
  readonly label: string;
  readonly question: ComponentChildren;
  readonly confirm: string;
  /** What it calls, to be shown beside the question. */
  readonly call: Call;
  readonly disabled?: boolean;
  readonly dangerous?: boolean;
  readonly onConfirm: () => void;
}): JSX.Element {
  const [asked, setAsked] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasAsked = useRef(false);
  // Who works by keyboard goes on at the button that has come.
  useLayoutEffect(() => {
    if (asked || wasAsked.current) button.current?.focus();
    wasAsked.current = asked;
  }, [asked]);
  if (!asked) {
    return (
      <button type="button" ref={button} disabled={disabled} onClick={() => setAsked(true)}>
        {label}
      </button>
    );
  }
  return (
    <div
      class="question"
      role="group"
      aria-label={label}
      onKeyDown={({ key }) => {
        if (key === 'Escape') setAsked(false);
      }}
    >
      <div>{question}</div>
      <div class="row">
        <button
          type="button"
          class={dangerous ? 'danger' : 'main'}
          disabled={disabled}
          ref={button}
          onClick={() => {
            setAsked(false);
            onConfirm();
          }}
        >
          {confirm}
        </button>
        <button type="button" class="plain" onClick={() => setAsked(false)}>
          Cancel
        </button>
      </div>
      <Curl call={call} />
    </div>
  );
}

/** A text in which what stands between `**` is the name of something to be found elsewhere: a button, a field. */
export const Marked = ({ text }: { readonly text: string }): JSX.Element => (
  <>{text.split('**').map((part, index) => (index % 2 === 1 ? <b key={index}>{part}</b> : part))}</>
);

/** A word with a colour, which says the same as the word. */
export function Badge({
  tone,
  children,
}: {
  readonly tone: 'good' | 'bad' | 'warn' | 'plain';
  readonly children: ComponentChildren;
}): JSX.Element {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** Shown until something has been loaded. */
export const Loading = (): JSX.Element => (
  <p class="quiet" role="status">
    Loading …
  </p>
);
