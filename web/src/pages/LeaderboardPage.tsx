import { PageHead } from "../components/PageHead.tsx"

export default function LeaderboardPage() {
  return <PageHead title="Leaderboard" />
}
