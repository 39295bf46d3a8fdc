// The commands: each adds itself to the program, with what to do when it is the one given.
#pragma once

#include "harness/cli/command_line.hpp"

namespace l2l {

void add_run_command(const Command& program);
/// Only reads: it creates and changes nothing.
void add_plan_command(const Command& program);
/// submit, resubmit and cancel: a suite as arrays of tasks on a cluster (docs/cluster.md).
void add_submit_commands(const Command& program);
/// The results of shards into the store of their run.
void add_merge_command(const Command& program);
/// Only reads, beside a running run too.
void add_status_command(const Command& program);
void add_report_command(const Command& program);
/// Computes jobs of a run once more and compares every bit. Exit codes: 0 equal, 1 a difference or a damaged
/// result, 3 a job could not be computed, 4 nothing to verify, 130 interrupted.
void add_verify_command(const Command& program);
/// claims --self-test: how often verdicts are wrong.
void add_claims_command(const Command& program);
/// Two runs: has the program become worse?
void add_gate_command(const Command& program);
/// Two builds: has the program become slower?
void add_bench_command(const Command& program);
/// Nights one after the other.
void add_history_command(const Command& program);
void add_nightly_command(const Command& program);
/// datasets list, fetch and verify.
void add_datasets_command(const Command& program);
void add_schema_command(const Command& program);
void add_conformance_command(const Command& program);

}  // namespace l2l
