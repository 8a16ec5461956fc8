import { endpoints } from "../api/endpoints.ts"
import { Contact } from "../components/Contact.tsx"
import { useAnswer } from "../data/hooks.ts"
import { isExported } from "../exported/place.ts"
import { timeZone } from "../format/time.ts"
import { Link } from "../routes/Link.tsx"
import { showShortcuts } from "./Shortcuts.tsx"

/** What few readers look for, below every view. An exported page has no API and no feed. */
export const Footer = () => {
  const contact = useAnswer(endpoints.config()).data?.contact ?? null
  return (
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
        {contact === null ? null : (
          <li>
            <Contact contact={contact} />
          </li>
        )}
        <li className="muted">Times are in {timeZone()}</li>
      </ul>
    </footer>
  )
}
