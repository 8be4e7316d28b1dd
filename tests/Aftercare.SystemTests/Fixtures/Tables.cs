using System.Data.Common;
using System.Globalization;
using System.Text;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>Whole tables as text, for comparing.</summary>
internal static class Tables
{
    /// <summary>Every row of every view, ordered by its key, with all columns.</summary>
    public static async Task<string> Views(Database database)
    {
        await using var connection = await database.Connect(CancellationToken.None);
        await using var views = database.Views(connection, Viewer.System);
        var text = new StringBuilder();
        foreach (var table in views.Model.GetEntityTypes().Select(type => (Schema: type.GetSchema(), Name: type.GetTableName())).Distinct().OrderBy(table => table.Name, StringComparer.Ordinal))
            await Append(text, connection, table.Schema is null ? $"\"{table.Name}\"" : $"\"{table.Schema}\".\"{table.Name}\"");
        return text.ToString();
    }

    /// <summary>One value of the record, asked for in SQL.</summary>
    public static async Task<long> Count(Database database, string sql)
    {
        await using var connection = await database.Connect(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>What a hand that goes past the program does.</summary>
    public static async Task Tamper(Database database, string sql)
    {
        await using var connection = await database.Connect(CancellationToken.None);
        await Database.Execute(connection, sql, CancellationToken.None);
    }

    private static async Task Append(StringBuilder text, DbConnection connection, string table)
    {
        text.Append(CultureInfo.InvariantCulture, $"{table}\n");
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table} ORDER BY \"Subject\", \"Part\"";
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            text.AppendJoin('|', Enumerable.Range(0, reader.FieldCount).Select(i => $"{reader.GetName(i)}={Text(reader.GetValue(i))}")).Append('\n');
    }

    private static string Text(object value) => value switch
    {
        byte[] bytes => Convert.ToHexStringLower(bytes),
        Array many => string.Join(',', many.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
