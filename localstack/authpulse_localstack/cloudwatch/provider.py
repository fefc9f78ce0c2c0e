"""CloudWatch as LocalStack has it, with what its alarms lack.

- Tags of an alarm are where ListTagsForResource looks.
- Putting an alarm again keeps its state; LocalStack forgets it.
- Alarms are looked at every few seconds (`watching`), and judged as CloudWatch does (`judging`).
- Composite alarms have the whole grammar (`rules`), and are looked at when they are put.
- DescribeAlarms heeds all of what it is asked for at once, and gives composite alarms to those who ask for them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, override

from localstack.aws.api import RequestContext, handler
from localstack.services.cloudwatch.models import (
    LocalStackAlarm,
    LocalStackCompositeAlarm,
    LocalStackMetricAlarm,
    cloudwatch_stores,
)
from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider, ValidationException
from localstack.utils.aws import arns

from authpulse_localstack.cloudwatch.judging import Alarm
from authpulse_localstack.cloudwatch.metrics import ExactMetrics
from authpulse_localstack.cloudwatch.rules import Rule, RuleError
from authpulse_localstack.cloudwatch.watching import AlarmWatch

Json = dict[str, Any]

KEPT: Final = ("StateValue", "StateReason", "StateReasonData", "StateUpdatedTimestamp", "StateTransitionedTimestamp")


class AlarmingCloudwatchProvider(CloudwatchProvider):
    """LocalStack's but for alarms."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        metrics = ExactMetrics()
        self.cloudwatch_database = metrics
        self.alarm_scheduler: Any = AlarmWatch(metrics, self._metric_alarms)

    @handler("PutMetricAlarm", expand=False)
    def put_metric_alarm(  # type: ignore[override] # not expanded: the request comes as a whole
        self, context: RequestContext, request: Any
    ) -> None:
        self._put(context, request, super().put_metric_alarm)

    @handler("PutCompositeAlarm", expand=False)
    def put_composite_alarm(  # type: ignore[override]
        self, context: RequestContext, request: Any
    ) -> None:
        """Raises ValidationError for a rule that cannot be read, or about alarms that are not there."""
        try:
            Rule(request["AlarmRule"]).holds(lambda name: self._state_of(context, name))
        except RuleError as error:
            raise ValidationException(str(error)) from error
        self._put(context, request, super().put_composite_alarm)
        alarm = self.get_store(context.account_id, context.region).alarms[self._arn(context, request["AlarmName"])]
        self._evaluate_composite_alarms(context, alarm)

    def describe_alarms(  # type: ignore[override]
        self,
        context: RequestContext,
        alarm_names: Any = None,
        alarm_name_prefix: Any = None,
        alarm_types: Any = None,
        state_value: Any = None,
        **more: Any,
    ) -> Any:
        answer: Any = super().describe_alarms(
            context, alarm_names=alarm_names, alarm_name_prefix=alarm_name_prefix, state_value=state_value, **more
        )
        types = alarm_types or ["MetricAlarm"]
        for kind in ("MetricAlarm", "CompositeAlarm"):
            found = answer[f"{kind}s"] if kind in types else []
            answer[f"{kind}s"] = [a for a in found if state_value in (None, a["StateValue"])]
        return answer

    def _put(self, context: RequestContext, request: Json, put: Any) -> None:
        arn, alarms = (
            self._arn(context, request["AlarmName"]),
            self.get_store(context.account_id, context.region).alarms,
        )
        before, tags = alarms.get(arn), request.get("Tags")
        put(context, {k: v for k, v in request.items() if k != "Tags"})
        if before is not None:
            alarms[arn].alarm.update({k: v for k, v in before.alarm.items() if k in KEPT})  # type: ignore[typeddict-item]
        elif tags:  # as on AWS: putting an alarm again does not change its tags
            self.tag_resource(context, arn, tags)

    def _update_state(self, context: RequestContext, alarm: LocalStackAlarm, *state: Any) -> None:
        super()._update_state(context, alarm, *state)
        alarm.alarm["StateUpdatedTimestamp"] = datetime.now(UTC)  # LocalStack's is local time that says it is UTC

    def _evaluate_composite_alarms(self, context: RequestContext, triggering_alarm: LocalStackAlarm) -> None:
        """Until none changes any more: a composite alarm may be about composite alarms."""
        alarms = self.get_store(context.account_id, context.region).alarms
        composite = [a for a in alarms.values() if isinstance(a, LocalStackCompositeAlarm)]
        for _ in composite:
            before = [a.alarm["StateValue"] for a in composite]
            for alarm in composite:
                self._evaluate_composite_alarm(context, alarm, triggering_alarm)
            if before == [a.alarm["StateValue"] for a in composite]:
                return

    def _evaluate_composite_alarm(
        self, context: RequestContext, composite_alarm: LocalStackCompositeAlarm, triggering_alarm: LocalStackAlarm
    ) -> None:
        about: Any = composite_alarm.alarm
        try:
            fires = Rule(about["AlarmRule"]).holds(lambda name: self._state_of(context, name))
        except RuleError:  # one of its alarms was deleted: it stays as it is
            return
        before, state = about["StateValue"], "ALARM" if fires else "OK"
        if before == state:
            return
        cause: Any = triggering_alarm.alarm
        changed = cause["StateTransitionedTimestamp"]
        reason = f"{cause['AlarmArn']} transitioned to {cause['StateValue']} at {changed:%A %d %B, %Y %H:%M:%S} UTC"
        of_cause = {"value": cause["StateValue"], "timestamp": int(changed.timestamp() * 1000)}
        data = {"triggeringAlarms": [{"arn": cause["AlarmArn"], "state": of_cause}]}
        self._update_state(context, composite_alarm, state, reason, data)
        about["StateTransitionedTimestamp"] = datetime.now(UTC)
        if about["ActionsEnabled"]:
            self._run_composite_alarm_actions(context, composite_alarm, before, triggering_alarm)

    @override
    def _validate_alarm_rule_expression(self, alarm_rule: str) -> list[str]:
        """LocalStack warns of everything that it cannot evaluate itself."""
        return []

    def _state_of(self, context: RequestContext, name: str) -> str:
        arn = name if name.startswith("arn:") else self._arn(context, name)
        alarm = self.get_store(context.account_id, context.region).alarms.get(arn)
        if alarm is None:
            raise RuleError(f"there is no alarm {name}")
        return str(alarm.alarm["StateValue"])

    @staticmethod
    def _arn(context: RequestContext, name: str) -> str:
        return arns.cloudwatch_alarm_arn(name, account_id=context.account_id, region_name=context.region)

    @staticmethod
    def _metric_alarms() -> Iterator[tuple[str, str, Alarm]]:
        for account, regions in list(cloudwatch_stores.items()):
            for region, store in list(regions.items()):
                for alarm in list(store.alarms.values()):
                    if isinstance(alarm, LocalStackMetricAlarm):
                        yield account, region, alarm.alarm
