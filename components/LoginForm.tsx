import { Logo } from "./Navigation.tsx";
import { Notice } from "./Notice.tsx";
import { Field } from "./Field.tsx";

/** The ways in. */
export function LoginForm(
  { next, error, gitHub }: { next: string; error: string | null; gitHub: boolean },
) {
  return (
    <div class="card login">
      <h1>
        <Logo /> Key Rotator
      </h1>
      {error !== null && <Notice kind="error">{error}</Notice>}
      <form method="post" action="/admin/login">
        <input type="hidden" name="next" value={next} />
        <Field
          label="Admin access token"
          name="token"
          type="password"
          required
          autofocus
          autocomplete="current-password"
          hint="ADMIN_ACCESS_TOKEN, or the one the first start has printed"
        />
        <button type="submit" class="button primary">Sign in</button>
      </form>
      {gitHub && (
        <a class="button" href={`/admin/login/github?next=${encodeURIComponent(next)}`}>
          Sign in with GitHub
        </a>
      )}
    </div>
  );
}
