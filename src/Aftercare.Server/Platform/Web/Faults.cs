namespace Aftercare.Server.Platform.Web;

/// <summary>Gives a failure, and an answer that is only a status, a page that says what to do next.</summary>
public sealed partial class Faults(RequestDelegate next, ILogger<Faults> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
            return;
        }
        catch (BadHttpRequestException malformed) when (!context.Response.HasStarted)
        {
            LogMalformed(log, context.TraceIdentifier, malformed.StatusCode, malformed.Message);
            await Answer(context, malformed.StatusCode);
            return;
        }
#pragma warning disable CA1031 // The outermost place: whatever it is, it is logged and answered with 500.
        catch (Exception failure) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            LogFailed(log, failure, context.TraceIdentifier);
            await Answer(context, StatusCodes.Status500InternalServerError);
            return;
        }

        if (IsOnlyAStatus(context.Response))
        {
            await ErrorPages.Result(context.Response.StatusCode).ExecuteAsync(context);
        }
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.Clear();
        return ErrorPages.Result(status).ExecuteAsync(context);
    }

    private static bool IsOnlyAStatus(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: >= 400 and < 600, ContentLength: null or 0 } && string.IsNullOrEmpty(response.ContentType);

    [LoggerMessage(9001, LogLevel.Information, "Request {TraceId} was malformed ({Status}): {Reason}")]
    private static partial void LogMalformed(ILogger log, string traceId, int status, string reason);

    [LoggerMessage(9002, LogLevel.Error, "Request {TraceId} failed")]
    private static partial void LogFailed(ILogger log, Exception failure, string traceId);
}
