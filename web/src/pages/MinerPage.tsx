import { PageHead } from "../components/PageHead.tsx"

export default function MinerPage() {
  return <PageHead title="Miner" />
}
