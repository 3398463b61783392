/** The way through a list that is shown a page at a time; nothing when one page is all. */
export function CursorLinks(
  { path, cursor, next, name }: {
    path: string;
    /** Of the page that is shown; null for the first. */
    cursor: string | null;
    /** Of the one after it; null for the last. */
    next: string | null;
    name: string;
  },
) {
  if (cursor === null && next === null) return null;
  return (
    <nav class="actions" aria-label={name}>
      {cursor !== null && <a class="button" href={path}>First</a>}
      {next !== null && (
        <a class="button" rel="next" href={`${path}?cursor=${encodeURIComponent(next)}`}>Next</a>
      )}
    </nav>
  );
}
