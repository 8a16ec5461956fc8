import { PageHead } from "../components/PageHead.tsx"

export default function EventsPage() {
  return <PageHead title="Events" />
}
