/** Keys by paste. What was pasted is never sent back to the browser. */
export function AddKeysForm({ here, project }: { here: string; project: string }) {
  return (
    <form method="post" action={here} autocomplete="off">
      <input type="hidden" name="action" value="add" />
      <p class="field">
        <label for="add-keys">Keys</label>
        <textarea
          id="add-keys"
          name="keys"
          required
          spellcheck={false}
          placeholder="AIza…"
          aria-describedby="add-keys-hint"
        />
        <small id="add-keys-hint" class="quiet">
          One a line, or with commas between them; at most 5,000 at once. They are stored encrypted
          and never shown again.
        </small>
      </p>
      <p class="field">
        <label for="add-project">Google project, if all of them belong to one</label>
        <input
          id="add-project"
          name="project"
          value={project}
          maxlength={100}
          aria-describedby="add-project-hint"
        />
        <small id="add-project-hint" class="quiet">
          Keys of one project share its quota, so they cool together.
        </small>
      </p>
      <div>
        <button type="submit" class="button primary">Add keys</button>
      </div>
    </form>
  );
}
