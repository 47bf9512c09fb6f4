// Forms: label above, help below, the error at its field and in a summary on top that takes focus, what was typed kept.
import type { Child } from 'hono/jsx';
import type { Explanation, Problem } from '../../../shared/errors.ts';

/** A form that was sent and refused. */
export interface Refused {
  typed: Readonly<Record<string, string>>;
  /** By the name of the field. */
  errors: Readonly<Record<string, string>>;
  explanation: Explanation;
}

/** The state of a form from the problem that its handler threw. */
export function refused(typed: Readonly<Record<string, string>>, problem: Problem): Refused {
  return { typed, errors: problem.fields ?? {}, explanation: problem.explanation };
}

/** What is wrong, in one place, with a link to each field. `labels` are the form's fields in order. */
export function ErrorSummary({
  form,
  labels,
}: {
  form: Refused | undefined;
  labels: Readonly<Record<string, string>>;
}) {
  if (!form) return null;
  const wrong = Object.entries(form.errors).sort(([a], [b]) => placeOf(labels, a) - placeOf(labels, b));
  return (
    <div class="banner needsPerson" id="errors" role="alert" tabIndex={-1} autofocus>
      <p>
        <strong>{form.explanation.meaning}</strong>
      </p>
      {wrong.length === 0 ? (
        <p>{form.explanation.whatToDo}</p>
      ) : (
        <ul>
          {wrong.map(([name, message]) => (
            <li>
              {labels[name] ? (
                <a href={`#${name}`}>
                  {labels[name]}: {message}
                </a>
              ) : (
                message
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function placeOf(labels: Readonly<Record<string, string>>, name: string): number {
  const place = Object.keys(labels).indexOf(name);
  return place < 0 ? Number.MAX_SAFE_INTEGER : place;
}

interface FieldProps {
  /** Its name in the form, and its id. */
  name: string;
  label: string;
  help?: string;
  form: Refused | undefined;
}

/** What ties a control to its help and its error. */
function described({ name, help, form }: FieldProps) {
  const error = form?.errors[name];
  const ids = [error ? `${name}-error` : '', help ? `${name}-help` : ''].filter((id) => id !== '').join(' ');
  return {
    ...(ids === '' ? {} : { 'aria-describedby': ids }),
    ...(error ? { 'aria-invalid': 'true' as const } : {}),
  };
}

function Field({ name, label, help, form, children }: FieldProps & { children: Child }) {
  const error = form?.errors[name];
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {children}
      {error ? (
        <span class="error" id={`${name}-error`}>
          {error}
        </span>
      ) : null}
      {help ? (
        <span class="help" id={`${name}-help`}>
          {help}
        </span>
      ) : null}
    </div>
  );
}

/** A line of text, or with `range` a whole number. `value` is what stands there until something was typed. */
export function TextField(
  props: FieldProps & { value?: string; maxLength?: number; range?: readonly [number, number]; required?: boolean },
) {
  const { name, form, value = '', maxLength, range, required = true } = props;
  return (
    <Field {...props}>
      <input
        id={name}
        name={name}
        type={range ? 'number' : 'text'}
        value={form?.typed[name] ?? value}
        required={required}
        autocomplete="off"
        {...(maxLength ? { maxLength } : {})}
        {...(range ? { min: String(range[0]), max: String(range[1]), step: '1' } : {})}
        {...described(props)}
      />
    </Field>
  );
}

/** A secret: never shown again, not even after a refusal. */
export function SecretField(props: FieldProps) {
  const { name } = props;
  return (
    <Field {...props}>
      <input id={name} name={name} type="password" autocomplete="off" spellcheck={false} {...described(props)} />
    </Field>
  );
}

/** A day, which may be left open. */
export function DateField(props: FieldProps) {
  const { name, form } = props;
  return (
    <Field {...props}>
      <input id={name} name={name} type="date" value={form?.typed[name] ?? ''} {...described(props)} />
    </Field>
  );
}

/** Several lines of text that is pasted, which may be left open. */
export function AreaField(props: FieldProps & { rows?: number }) {
  const { name, form, rows = 4 } = props;
  return (
    <Field {...props}>
      <textarea id={name} name={name} rows={rows} spellcheck={false} autocomplete="off" {...described(props)}>
        {form?.typed[name] ?? ''}
      </textarea>
    </Field>
  );
}

/** Several lines of text. `value` is what stands there until something was typed. */
export function TextAreaField(props: FieldProps & { value: string; rows: number; maxLength?: number }) {
  const { name, form, value, rows, maxLength } = props;
  return (
    <Field {...props}>
      <textarea id={name} name={name} rows={rows} required {...(maxLength ? { maxLength } : {})} {...described(props)}>
        {form?.typed[name] ?? value}
      </textarea>
    </Field>
  );
}

/** A choice of one. `value` is what is chosen until something else was. */
export function SelectField(
  props: FieldProps & { value: string; options: readonly { value: string; word: string }[] },
) {
  const { name, form, value, options } = props;
  const chosen = form?.typed[name] ?? value;
  return (
    <Field {...props}>
      <select id={name} name={name} {...described(props)}>
        {options.map((option) => (
          <option value={option.value} selected={option.value === chosen}>
            {option.word}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** A box to tick; sends `on`. It must be ticked unless `required` is false. `ticked` is how it stands before it is sent. */
export function TickField(props: FieldProps & { required?: boolean; ticked?: boolean }) {
  const { name, label, form, required = true, ticked = false } = props;
  const error = form?.errors[name];
  return (
    <div class="tick">
      <input
        id={name}
        name={name}
        type="checkbox"
        value="on"
        required={required}
        checked={form ? form.typed[name] === 'on' : ticked}
        {...described(props)}
      />
      <div>
        <label for={name}>{label}</label>
        {error ? (
          <span class="error" id={`${name}-error`}>
            {error}
          </span>
        ) : null}
      </div>
    </div>
  );
}
