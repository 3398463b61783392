import type { ComponentChildren } from "preact";
import { Head } from "fresh/runtime";

/** What a page says first: what it is, and what one can do there. */
export function PageHead(
  { title, lead, back, children }: {
    title: string;
    lead?: ComponentChildren;
    /** The page above this one. */
    back?: { href: string; name: string };
    children?: ComponentChildren;
  },
) {
  return (
    <div class="page-head">
      <Head>
        <title>{title} · Gemini Key Rotator</title>
      </Head>
      <div>
        {back && <a class="back" href={back.href}>← {back.name}</a>}
        <h1>{title}</h1>
        {lead && <p class="quiet">{lead}</p>}
      </div>
      {children && <div class="actions">{children}</div>}
    </div>
  );
}
