import { isExported } from "../exported/place.ts"
import { timeZone } from "../format/time.ts"
import { Link } from "../routes/Link.tsx"
import { showShortcuts } from "./Shortcuts.tsx"

/** What few readers look for, below every view. An exported page has no API and no feed. */
export const Footer = () => (
  <footer className="foot">
    <ul>
      {isExported ? null : (
        <>
          <li>
            <a href="/docs">API</a>
          </li>
          <li>
            <a href="/feed.atom">Feed</a>
          </li>
        </>
      )}
      <li>
        <Link to="/?wall" aria-current={false}>
          Wall
        </Link>
      </li>
      <li>
        <button type="button" className="quiet" aria-haspopup="dialog" onClick={showShortcuts}>
          Shortcuts
        </button>
      </li>
      <li className="muted">Times are in {timeZone()}</li>
    </ul>
  </footer>
)
