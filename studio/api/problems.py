"""Errors as RFC 9457 problem documents."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from studio.core.errors import RecordingError, StudioError


def problem_response(
    status: int,
    code: str,
    sentence: str,
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> JSONResponse:
    """A problem document: its `detail` is a sentence for the user, its `type` the stable code of the error.

    Args:
        status: HTTP status.
        code: of the error.
        sentence: for the user.
        headers: of the answer.
        more: further members of the document.
    """
    return JSONResponse(
        {"type": f"urn:vivavoce:{code}", "status": status, "detail": sentence, **(more or {})},
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )


def answer_with_problems(app: FastAPI) -> None:
    """Make every studio error and every malformed request of the app's own routes a problem document."""

    @app.exception_handler(StudioError)
    def studio_error(_request: Request, error: StudioError) -> JSONResponse:
        more = {"checks": error.checks} if isinstance(error, RecordingError) else None
        return problem_response(error.http_status, error.code, error.sentence, more=more)

    @app.exception_handler(RequestValidationError)
    def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        wrong = "; ".join(f"{'.'.join(map(str, item['loc'][1:]))}: {item['msg']}" for item in error.errors())
        return problem_response(422, "bad-input", f"The request is malformed: {wrong}.")
