/** The way to delete a token, with what that means before one does it. */
export function DeleteToken({ name }: { name: string }) {
  return (
    <details>
      <summary>Delete this token…</summary>
      <div class="confirm">
        <p>
          Clients that use <strong>{name}</strong>{" "}
          get 401 at once, and the token cannot be brought back. Its pool and the keys in it stay,
          and so does the usage that was counted.
        </p>
        <form method="post">
          <input type="hidden" name="action" value="delete" />
          <div class="actions">
            <button type="submit" class="button danger">Delete the token</button>
          </div>
        </form>
      </div>
    </details>
  );
}
