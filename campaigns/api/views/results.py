"""What takes did as ads: taken in as a CSV, and what can be said of it."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api.answers.results import (
    ResultsAnswer,
    ResultsImported,
    results_answer,
    results_imported,
)
from campaigns.api.bodies.takes import ResultsBody, ResultsQuery
from campaigns.api.lookup import campaign_by
from campaigns.winners.importing import BadResults, import_results
from campaigns.winners.report import report
from campaigns.winners.results_csv import MOST_BYTES, Fault
from generation.api.bodies.queries import read_query
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer


class Results(Door):
    permissions_needed = {"GET": "campaigns:read", "POST": "campaigns:write"}
    most_bytes = MOST_BYTES + 1024 * 1024

    @extend_schema(
        operation_id="results",
        summary="Read ad results",
        parameters=[ResultsQuery],
        responses={200: ResultsAnswer, **errors(400, 404)},
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        """Sums for each take, whether a winner can be called, and what each factor did."""
        campaign = campaign_by(self.access, campaign_id)
        given = read_query(ResultsQuery, request.query_params)
        return Response(results_answer(report(campaign, placement=given["placement"])))

    @extend_schema(
        operation_id="import_results",
        summary="Import ad results",
        request=ResultsBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ResultsImported, **errors(400, 404, 409, 413, 422)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Takes in a whole CSV or nothing, and names every bad cell. The same rows again change
        nothing; other figures for the same take, placement and day replace the old ones."""
        campaign = campaign_by(self.access, campaign_id)
        given = read(ResultsBody, request.data)

        def taken_in() -> Answer:
            content = given["csv"].encode()
            try:
                done = import_results(self.access, campaign, content, source=given["file_name"])
            except BadResults as bad:
                raise ValidationError({"csv": _by_row(bad.faults)}) from bad
            return Answer(status=201, body=dict(results_imported(done)))

        return self.once(taken_in)


def _by_row(faults: tuple[Fault, ...]) -> dict[str, dict[str, list[ErrorDetail]]]:
    """attr is then csv.<row>.<column>."""
    rows: dict[str, dict[str, list[ErrorDetail]]] = {}
    for fault in faults:
        said = ErrorDetail(f"Row {fault.row}, {fault.column}: {fault.detail}", code="bad_cell")
        rows.setdefault(str(fault.row), {}).setdefault(fault.column, []).append(said)
    return rows
