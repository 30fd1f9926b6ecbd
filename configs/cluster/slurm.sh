#!/bin/bash
# Two machines, one worker each: sbatch configs/cluster/slurm.sh
# The folder it is called in must be on a file system that all machines share.
#SBATCH --job-name=vqkeras
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=04:00:00
#SBATCH --requeue
set -euo pipefail

CONFIG=configs/nsynth_light.yaml
RUN_DIR=runs/nsynth_light
PORT=12345

hosts=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | sed "s/.*/\"&:$PORT\"/" | paste -sd,)
# A job that was requeued goes on from the last whole epoch.
resume=$([ -f "$RUN_DIR/config.yaml" ] && echo --resume || true)
export hosts resume CONFIG RUN_DIR

srun --kill-on-bad-exit=1 bash -c '
  export TF_CONFIG="{\"cluster\": {\"worker\": [$hosts]}, \"task\": {\"type\": \"worker\", \"index\": $SLURM_PROCID}}"
  exec python -m vqkeras.train --config "$CONFIG" --run_dir "$RUN_DIR" --strategy workers $resume
'
