# `make` lists the targets. Everything made here goes to .envs, build, .authpulse and target folders; `make clean` removes it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
ENVS := $(or $(AUTHPULSE_ENVS),.envs)
PYTHON := $(ENVS)/main/bin/python
ENGINE := flink_job/engine
JAR := $(ENGINE)/target/authpulse-engine.jar
ZIP := build/authpulse-job.zip
ENGINE_SOURCES := $(ENGINE)/pom.xml $(shell find $(ENGINE)/src/main -type f 2>/dev/null)
JOB_SOURCES := $(wildcard flink_job/*.py authpulse/*.py authpulse/formats/*.py lakehouse/tables.py)
MAVEN := mvn --batch-mode --no-transfer-progress --quiet -f $(ENGINE)/pom.xml

.PHONY: help setup build demo down test test-crash e2e test-terraform test-quality test-runbook check bench bench-operator generate lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: ## make the three environments from their locks (again only when a lock changed)
	@scripts/setup

build: setup $(ZIP) ## build the engine's jar and the job's zip

$(JAR): $(ENGINE_SOURCES)
	@command -v mvn >/dev/null || { echo "error: no Maven, which builds the engine: install maven (Debian: apt install maven)" >&2; exit 4; }
	@echo "engine: building (a first build fetches about 200 MB)"
	@$(MAVEN) -Dmaven.test.skip=true package
	@touch $@

$(ZIP): $(JAR) $(JOB_SOURCES)
	@mkdir -p $(@D)
	@$(PYTHON) -m flink_job.bundle --output $@

demo: build ## a log goes in, scored tables and alerts come out (INPUT=FILE FORMAT=… takes your own)
	@bin/authpulse up -f deploy/examples/dev.yaml $(if $(INPUT),--input $(INPUT)) $(if $(FORMAT),--format $(FORMAT))

down: ## stop what demo started; its data stay
	@bin/authpulse down

test: build ## everything under test; names what it left out and how to get it
	@scripts/setup aws
	@$(PYTHON) scripts/test

e2e: build ## helm install to nothing left, and docs/install typed, on the cluster that KUBECONFIG names, or on one that kube-up brings up
	@$(PYTHON) -m pytest -q tests/cluster_e2e

test-crash: setup ## the operator killed, refused and left without answers at each of its writes (part of test)
	@$(PYTHON) scripts/test crash

test-quality: setup ## the checks of data find what they should, count it right and change nothing twice (part of test)
	@$(PYTHON) scripts/test quality

test-runbook: build ## the runbook's commands work; its alarms fire, are remediated and are over (part of test)
	@scripts/setup aws
	@$(PYTHON) scripts/test runbook

test-terraform: setup ## Terraform with the AWS provider (a registry or a mirror has to be reachable) on the local AWS
	@$(PYTHON) -m pytest -q tests/terraform_provider

check: build ## linters, types, import rules, generated files
	@$(PYTHON) scripts/check

bench: build ## measure; prints tables and writes JSON to tests/bench/results
	@$(PYTHON) scripts/bench

bench-operator: build ## measure the operator alone: a thousand resources on a real API server, peers beside it
	@$(PYTHON) scripts/bench operator

generate: setup ## write generated files again
	@$(PYTHON) -m lakehouse.ddl
	@$(PYTHON) -m lakehouse.contracts
	@$(PYTHON) -m authpulse.synthetic sample --output data/sample
	@$(PYTHON) -m authpulse.foundation
	@$(PYTHON) scripts/terraform_readmes.py
	@$(PYTHON) -m authpulse_operator.generate
	@$(PYTHON) scripts/charting.py
	@$(PYTHON) scripts/argocd-cm

lock: setup ## write requirements/*.txt again from the .in files
	@scripts/lock

clean: ## remove everything that was made, running pipelines excepted (`make down` first)
	@rm -rf build $(ENGINE)/target .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/bench/results
	@find . -name __pycache__ -not -path './.envs/*' -prune -exec rm -rf {} +
