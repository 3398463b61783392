import { Navigation } from "../../components/Navigation.tsx";
import { actorName } from "../../lib/domain/actor.ts";
import { define } from "../../state.ts";

export default define.layout(function Panel({ Component, state, url }) {
  return (
    <div class="panel">
      <a class="skip" href="#content">Skip to the content</a>
      <Navigation here={url.pathname} who={actorName(state.actor)} />
      <main id="content" class="content">
        <Component />
      </main>
    </div>
  );
});
