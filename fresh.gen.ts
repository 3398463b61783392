// Written by "deno task manifest" from routes/ and islands/. Do not edit.

import * as route0 from "./routes/_app.tsx";
import * as route1 from "./routes/_error.tsx";
import * as route2 from "./routes/_middleware.ts";
import * as route3 from "./routes/admin/_layout.tsx";
import * as route4 from "./routes/admin/_middleware.ts";
import * as route5 from "./routes/admin/activity.tsx";
import * as route6 from "./routes/admin/index.tsx";
import * as route7 from "./routes/admin/login/github/callback.tsx";
import * as route8 from "./routes/admin/login/github/index.ts";
import * as route9 from "./routes/admin/login/index.tsx";
import * as route10 from "./routes/admin/logout/everywhere.ts";
import * as route11 from "./routes/admin/logout/index.ts";
import * as route12 from "./routes/admin/pools/[pool].tsx";
import * as route13 from "./routes/admin/pools/index.tsx";
import * as route14 from "./routes/admin/requests/[request].tsx";
import * as route15 from "./routes/admin/requests/index.tsx";
import * as route16 from "./routes/admin/settings.tsx";
import * as route17 from "./routes/admin/tokens/[token].tsx";
import * as route18 from "./routes/admin/tokens/index.tsx";
import * as route19 from "./routes/admin/tokens/new.tsx";
import * as route20 from "./routes/admin/usage.tsx";
import * as island0 from "./islands/CopyButton.tsx";
import * as island1 from "./islands/Countdown.tsx";

/** What answers requests, and what also runs in browsers. */
const manifest = {
  routes: {
    "./routes/_app.tsx": route0,
    "./routes/_error.tsx": route1,
    "./routes/_middleware.ts": route2,
    "./routes/admin/_layout.tsx": route3,
    "./routes/admin/_middleware.ts": route4,
    "./routes/admin/activity.tsx": route5,
    "./routes/admin/index.tsx": route6,
    "./routes/admin/login/github/callback.tsx": route7,
    "./routes/admin/login/github/index.ts": route8,
    "./routes/admin/login/index.tsx": route9,
    "./routes/admin/logout/everywhere.ts": route10,
    "./routes/admin/logout/index.ts": route11,
    "./routes/admin/pools/[pool].tsx": route12,
    "./routes/admin/pools/index.tsx": route13,
    "./routes/admin/requests/[request].tsx": route14,
    "./routes/admin/requests/index.tsx": route15,
    "./routes/admin/settings.tsx": route16,
    "./routes/admin/tokens/[token].tsx": route17,
    "./routes/admin/tokens/index.tsx": route18,
    "./routes/admin/tokens/new.tsx": route19,
    "./routes/admin/usage.tsx": route20,
  },
  islands: {
    "./islands/CopyButton.tsx": island0,
    "./islands/Countdown.tsx": island1,
  },
  baseUrl: import.meta.url,
};

export default manifest;
