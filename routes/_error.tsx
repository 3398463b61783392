import { HttpError } from "fresh";
import { Head } from "fresh/runtime";
import { define } from "../state.ts";

/** What people can do about it, by status. */
const ADVICE: Readonly<Record<number, string>> = {
  403:
    "It has to come from a page of this service. Go back, load the page again, and try once more.",
  404: "It may have been deleted, or its address has a slip in it.",
  503: "Storage does not answer at the moment. Look whether the change was made, then try again.",
};

export default define.page(function ErrorPage({ error }) {
  const status = error instanceof HttpError ? error.status : 500;
  const isMeant = error instanceof HttpError;
  return (
    <main class="lone">
      <Head>
        <title>{status} · Gemini Key Rotator</title>
      </Head>
      <p class="lone-status">{status}</p>
      <h1>{isMeant ? error.message : "Something went wrong on our side"}</h1>
      <p class="quiet">
        {ADVICE[status] ??
          (isMeant ? "" : "The log says what; find it by the x-request-id of this answer.")}
      </p>
      <a class="button" href="/admin">Go to the overview</a>
    </main>
  );
});
