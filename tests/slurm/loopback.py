#!/usr/bin/env python3
"""A Slurm cluster of virtual nodes on this machine: no systemd, no accounting, everything in one folder.

    loopback.py COMMAND...    brings one up, runs COMMAND with SLURM_CONF set, and takes it down

Needs root (slurmd starts jobs as their user) and slurmctld, slurmd, slurm-client and munge. Daemons run in the
foreground as children of this process and end with it; nothing that it did not start is touched.
"""
import ctypes
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel"]
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
# cred_expire also sets how long a requeued job waits; a slurmd that claims more CPUs than there are needs
# config_overrides; task and process tracking plugins are those that do without control groups.
CONFIGURATION = """\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={root}/munge.socket,cred_expire=5
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=50000,sched_interval=1,bf_interval=1
SlurmdParameters=config_overrides
ReturnToService=2
SlurmctldTimeout=30
SlurmdTimeout=10
KillWait=20
MinJobAge=300
JobRequeue=1
MaxArraySize={max_array_size}
MailProg=/bin/true
PropagateResourceLimits=NONE
StateSaveLocation={root}/state
SlurmdSpoolDir={root}/spool-%n
SlurmctldPidFile={root}/slurmctld.pid
SlurmdPidFile={root}/slurmd-%n.pid
"""


def missing():
    """Why there can be no cluster here; empty where there can."""
    lacking = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    if lacking:
        return "not installed: " + ", ".join(lacking)
    return "" if os.geteuid() == 0 else "needs root"


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Cluster:
    def __init__(self, nodes=2, cpus=2, max_array_size=1001):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="l2l-slurm-"))
        self.root.chmod(0o755)  # munge refuses a socket that not everybody reaches
        self.nodes = [f"node{i}" for i in range(nodes)]
        self.daemons = {}
        host = socket.gethostname().split(".")[0]
        ports = free_ports(nodes + 1)
        text = CONFIGURATION.format(host=host, port=ports[0], root=self.root, max_array_size=max_array_size)
        for node, port in zip(self.nodes, ports[1:]):
            text += f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={cpus} State=UNKNOWN\n"
            (self.root / f"spool-{node}").mkdir()
        text += "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n"
        (self.root / "state").mkdir()
        (self.root / "slurm.conf").write_text(text)
        # slurmd 22.05 loads a control group plugin even where nothing uses it; this one loads anywhere.
        (self.root / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        key = self.root / "munge.key"
        key.touch(0o600)
        key.write_bytes(secrets.token_bytes(1024))
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(self.root / "slurm.conf")}

    def __enter__(self):
        try:
            self.up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.down()
        shutil.rmtree(self.root, ignore_errors=True)

    # ---- processes
    def start(self, name, *words):
        with open(self.root / f"{name}.log", "ab") as log:
            self.daemons[name] = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                  env=self.environment, preexec_fn=end_with_parent)

    def start_controller(self):
        self.start("slurmctld", "slurmctld", "-D")
        self.wait(lambda: " is UP" in self.slurm("scontrol", "ping", check=False), "slurmctld")

    def start_node(self, node):
        self.start(node, "slurmd", "-D", "-N", node)

    def kill(self, name, how=signal.SIGKILL):
        daemon = self.daemons.pop(name)
        daemon.send_signal(how)
        try:
            daemon.wait(15)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def job_processes(self, node=None):
        """Processes of jobs of this cluster, and the slurmstepds above them."""
        found = set()
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
                name = (entry / "comm").read_text().strip()
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                parent_name = pathlib.Path(f"/proc/{parent}/comm").read_text().strip()
            except (OSError, ValueError):
                continue
            if f"SLURM_CONF={self.root}/slurm.conf".encode() not in environment:
                continue
            on = [word[16:].decode() for word in environment if word.startswith(b"SLURMD_NODENAME=")]
            in_job = any(word.startswith(b"SLURM_JOB_ID=") for word in environment)
            if in_job and on and node in (None, on[0]):
                found.add(int(entry.name))
                if parent_name == "slurmstepd":
                    found.add(parent)
            elif node is None and name == "slurmstepd":
                found.add(int(entry.name))
        return found

    def end_jobs(self, node=None):
        for _ in range(2):
            for pid in self.job_processes(node):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def up(self):
        socket_path = self.root / "munge.socket"
        self.start("munged", "munged", "--foreground", f"--key-file={self.root}/munge.key", f"--socket={socket_path}",
                   f"--pid-file={self.root}/munged.pid", f"--log-file={self.root}/munged.txt",
                   f"--seed-file={self.root}/munged.seed", "--num-threads=2")
        self.wait(socket_path.exists, "munged")
        self.start_controller()
        for node in self.nodes:
            self.start_node(node)
        self.wait(self.all_idle, "the nodes")

    def down(self):
        if "slurmctld" in self.daemons:
            self.slurm("scancel", "--user=root", check=False)
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline and self.slurm("squeue", "-h", check=False):
                time.sleep(0.2)
        for name in [name for name in self.daemons if name != "munged"]:
            self.kill(name, signal.SIGTERM)
        self.end_jobs()
        if "munged" in self.daemons:
            self.kill("munged", signal.SIGTERM)

    # ---- what tests do to it
    def slurm(self, *words, check=True):
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"{words}: {done.stderr.strip()}")
        return done.stdout

    def all_idle(self):
        states = self.slurm("sinfo", "-h", "-N", "-o", "%T", check=False).split()
        return len(states) == len(self.nodes) and set(states) == {"idle"}

    def wait(self, condition, what, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                logs = "\n".join(f"== {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in self.root.glob("*.log"))
                raise TimeoutError(f"waited {seconds} s for {what}\n{logs}")
            time.sleep(0.1)

    def give_up_node(self, node):
        """The controller takes it for dead: its jobs are requeued."""
        self.slurm("scontrol", "update", f"nodename={node}", "state=down", "reason=test")

    def power_cut(self, node):
        self.kill(node)
        self.end_jobs(node)
        self.give_up_node(node)

    def network_partition(self, node):
        """Its jobs go on, unseen, while the controller starts them anew elsewhere."""
        self.kill(node)
        self.give_up_node(node)

    def bring_back(self, node):
        self.start_node(node)
        self.slurm("scontrol", "update", f"nodename={node}", "state=resume", check=False)
        self.wait(lambda: f"{node} idle" in self.slurm("sinfo", "-h", "-N", "-o", "%N %T") or
                  f"{node} mixed" in self.slurm("sinfo", "-h", "-N", "-o", "%N %T"), node)

    def restart_controller(self, how=signal.SIGKILL):
        """Killed, it forgets what it has not written down yet; asked to end, it writes everything down."""
        self.kill("slurmctld", how)
        self.start_controller()


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    problem = missing()
    if problem:
        sys.exit(f"loopback: {problem}")
    with Cluster() as cluster:
        return subprocess.run(sys.argv[1:], env=cluster.environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
