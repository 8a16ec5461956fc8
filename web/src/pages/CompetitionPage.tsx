import { PageHead } from "../components/PageHead.tsx"

export default function CompetitionPage() {
  return <PageHead title="Competition" />
}
