// A customer's domain as the small line under its name.

/** Where it is too long for its column it breaks behind a full stop or hyphen rather than within a word. */
export function Domain({ name }: { name: string | null | undefined }) {
  if (!name) return null;
  const [first, ...rest] = name.split(/(?<=[.-])/);
  return (
    <span class="note">
      {first}
      {rest.map((part) => (
        <>
          <wbr />
          {part}
        </>
      ))}
    </span>
  );
}
