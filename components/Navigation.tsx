const PAGES = [
  ["/admin", "Overview"],
  ["/admin/pools", "Pools"],
  ["/admin/tokens", "Tokens"],
  ["/admin/usage", "Usage"],
  ["/admin/activity", "Activity"],
  ["/admin/requests", "Failures"],
  ["/admin/settings", "Settings"],
] as const;

/** Where one can go, where one is, and who one is. */
export function Navigation({ here, who }: { here: string; who: string }) {
  return (
    <header class="side">
      <a class="brand" href="/admin" aria-current="false">
        <Logo /> Key Rotator
      </a>
      <nav aria-label="Pages">
        {PAGES.map(([path, name]) => (
          <a key={path} href={path} aria-current={isHere(path, here) ? "page" : "false"}>
            {name}
          </a>
        ))}
      </nav>
      <form class="who" method="post" action="/admin/logout">
        <span class="quiet" title="Who is signed in">{who}</span>
        <button type="submit" class="link">Sign out</button>
      </form>
    </header>
  );
}

/** The mark: keys that go round. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path
        fill="none"
        stroke="currentColor"
        stroke-width="2.2"
        stroke-linecap="round"
        d="M20.5 12a8.5 8.5 0 1 1-3-6.5M20.5 3.5v3.8h-3.8"
      />
      <circle cx="12" cy="12" r="2.6" fill="currentColor" />
    </svg>
  );
}

function isHere(path: string, here: string): boolean {
  return here === path || (path !== "/admin" && here.startsWith(`${path}/`));
}
