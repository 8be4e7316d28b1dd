namespace Aftercare.Trust.Tuf;

/// <summary>One target on its way to disk: a part file that grows, is checked as it grows, and gets its name only when every byte is right.</summary>
internal sealed class TargetDownload(TargetInfo target, string folder, TimeSpan stall, IProgress<long>? progress)
{
    private readonly string _path = TargetPath.Under(folder, target.Path);

    // The signed hash in the name keeps the parts of two versions of one file apart.
    private readonly string _partPath = $"{TargetPath.Under(folder, target.Path)}.{target.Checkable.First().Hex[..16]}.part";

    internal async Task<VerifiedTarget> Run(Func<long, CancellationToken, Task<Fetched?>> fetch, CancellationToken stop)
    {
        if (await AlreadyThere(stop) is { } there)
            return there;
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        await using (var part = new FileStream(_partPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            try
            {
                await Fill(part, fetch, stop);
            }
            catch (TargetMismatchException)
            {
                part.SetLength(0);
                throw;
            }
            part.Flush(flushToDisk: true);
        }
        File.Move(_partPath, _path, overwrite: true);
        Durable.FlushFolderOf(_path);
        return new VerifiedTarget(target, _path);
    }

    private async Task<VerifiedTarget?> AlreadyThere(CancellationToken stop)
    {
        if (new FileInfo(_path) is not { Exists: true } file || file.Length != target.Length)
            return null;
        try
        {
            return await VerifiedTarget.OfFileAsync(target, _path, stop);
        }
        catch (TargetMismatchException)
        {
            return null;
        }
    }

    private async Task Fill(FileStream part, Func<long, CancellationToken, Task<Fetched?>> fetch, CancellationToken stop)
    {
        var kept = Math.Min(part.Length, target.Length);
        if (kept > 0)
        {
            try
            {
                await FillFrom(kept, part, fetch, stop);
                return;
            }
            catch (TargetMismatchException)
            {
                // The kept part may be what is wrong, so the whole is fetched once before it is called false.
            }
        }
        await FillFrom(0, part, fetch, stop);
    }

    private async Task FillFrom(long offset, FileStream part, Func<long, CancellationToken, Task<Fetched?>> fetch, CancellationToken stop)
    {
        using var check = new TargetCheck(target);
        part.SetLength(offset);
        part.Position = 0;
        await check.ReadAsync(part, stop);

        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(stop);
        quiet.CancelAfter(stall);
        try
        {
            var fetched = await fetch(offset, quiet.Token)
                ?? throw new FileNotFoundException($"The repository lists {target.Path} but does not serve it here. If it is not public, check the access token.");
            await using var content = fetched.Content;
            if (fetched.Offset != offset)
                StartOver(fetched.Offset, part, check);
            await Copy(content, part, check, quiet);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"{target.Path} stalled: nothing came for {stall.TotalSeconds:0} s. What came is kept; try again.", e);
        }
        if (check.Count < target.Length)
            throw new IOException($"{target.Path} ended after {check.Count} of {target.Length} bytes. What came is kept; try again.");
        check.Finish();
    }

    private void StartOver(long offset, FileStream part, TargetCheck check)
    {
        if (offset != 0)
            throw new IOException($"The source of {target.Path} began at byte {offset}, which was not asked for.");
        part.SetLength(0);
        check.Restart();
    }

    private async Task Copy(Stream content, FileStream part, TargetCheck check, CancellationTokenSource quiet)
    {
        var buffer = new byte[TargetCheck.BufferBytes];
        while (await content.ReadAsync(buffer, quiet.Token) is > 0 and var count)
        {
            quiet.CancelAfter(stall);
            check.Add(buffer.AsSpan(0, count));
            await part.WriteAsync(buffer.AsMemory(0, count), quiet.Token);
            progress?.Report(check.Count);
        }
    }
}
