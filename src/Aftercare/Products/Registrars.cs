using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Products;

/// <summary>Who keeps the lists that everything else refers to.</summary>
internal static class Registrars
{
    /// <summary>Products, releases and software items.</summary>
    public static ImmutableArray<Role> All { get; } = [Role.Quality, Role.Lead, Role.Developer, Role.Administrator, Role.System];

    /// <summary>Sites and devices: also those who talk with the sites.</summary>
    public static ImmutableArray<Role> OfSites { get; } = [Role.Quality, Role.Lead, Role.Support, Role.Service, Role.Administrator, Role.System];

    /// <summary>Says from which file a record came: the server, which records what somebody has checked and let run.</summary>
    public static ImmutableArray<Role> OfImports { get; } = [Role.System];

    /// <summary>Takes back what a file has brought.</summary>
    public static ImmutableArray<Role> OfUndoing { get; } = [Role.Lead, Role.Administrator];
}
