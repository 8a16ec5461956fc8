/** Which transactions changed more than the list of blocks, so that `serve` can keep answers over blocks that do not concern them. */

const CONTENT = [
  ...["chain", "calls", "events", "miners", "registrations", "github_links", "issues", "competitions", "votes", "attestations"],
  ...["pull_requests", "ratings", "payouts", "treasury_flows", "collateral_flows", "validators", "validator_stakes", "config_changes"],
  ...["weights", "reports", "scores", "consensus_epochs", "consensus_voters", "consensus_values", "consensus_findings"],
  ...["consensus_divergences", "quality_documents", "quality_records", "artefacts", "quality_duels", "quality_costs"]
]

const onChange = (events: string, table: string) =>
  `CREATE TRIGGER log_change AFTER ${events} ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION log_change();`

export const sql = `
CREATE TABLE change_log (transaction bigint PRIMARY KEY);

CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO change_log VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

INSERT INTO change_log VALUES (pg_current_xact_id()::text::bigint);

${onChange("UPDATE OR DELETE OR TRUNCATE", "blocks")}
${CONTENT.map((table) => onChange("INSERT OR UPDATE OR DELETE OR TRUNCATE", table)).join("\n")}
`
