using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Cases;

public static class RetitleCase
{
    public sealed record Command(string Title);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapStep("retitle", "main", Parse, wish => wish.Case.Retitle(wish.Asked.Title, wish.By));

    private static Command Parse(Fields fields) => new(fields.Text("title", OpenCase.MaxTitle));
}
