using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Storage;

/// <summary>The tables that are the record. Their shape moves by migrations, for both databases.</summary>
public abstract class RecordContext(DbContextOptions options) : IdentityUserContext<Account, Guid>(options)
{
    public DbSet<EntryRecord> Entries => Set<EntryRecord>();
    public DbSet<UnsequencedRecord> Unsequenced => Set<UnsequencedRecord>();
    public DbSet<LeafRecord> Leaves => Set<LeafRecord>();
    public DbSet<LogHeadRecord> LogHead => Set<LogHeadRecord>();
    public DbSet<CheckpointRecord> Checkpoints => Set<CheckpointRecord>();
    public DbSet<CounterRecord> Counters => Set<CounterRecord>();
    public DbSet<RequestRecord> Requests => Set<RequestRecord>();
    public DbSet<SealedPersonRecord> People => Set<SealedPersonRecord>();
    public DbSet<TextRecord> Texts => Set<TextRecord>();
    public DbSet<BlobRecord> Blobs => Set<BlobRecord>();
    public DbSet<SecretRecord> Secrets => Set<SecretRecord>();
    public DbSet<SessionRecord> Sessions => Set<SessionRecord>();
    public DbSet<SealedSecretRecord> SealedSecrets => Set<SealedSecretRecord>();
    public DbSet<JobRecord> Jobs => Set<JobRecord>();
    public DbSet<OpeningRecord> Openings => Set<OpeningRecord>();
    public DbSet<GenerationRecord> Generations => Set<GenerationRecord>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        NameAccounts(builder);
        builder.Entity<EntryRecord>(entry =>
        {
            entry.ToTable("entries").HasKey(e => e.Row);
            entry.HasIndex(e => new { e.Subject, e.Version }).IsUnique();
            entry.HasOne(e => e.Unsequenced).WithOne().HasForeignKey<UnsequencedRecord>(u => u.Row);
        });
        builder.Entity<UnsequencedRecord>().ToTable("unsequenced").HasKey(u => u.Row);
        builder.Entity<UnsequencedRecord>().Property(u => u.Row).ValueGeneratedNever();
        builder.Entity<LeafRecord>(leaf =>
        {
            leaf.ToTable("leaves").HasKey(l => l.Index);
            leaf.Property(l => l.Index).ValueGeneratedNever();
            leaf.HasIndex(l => l.Row).IsUnique();
        });
        builder.Entity<LogHeadRecord>().ToTable("log_head").Property(h => h.Id).ValueGeneratedNever();
        builder.Entity<CheckpointRecord>().ToTable("checkpoints").HasKey(c => new { c.Generation, c.Size });
        builder.Entity<CounterRecord>().ToTable("counters").HasKey(c => c.Series);
        builder.Entity<RequestRecord>().ToTable("requests").HasKey(r => r.Key);
        builder.Entity<SealedPersonRecord>().ToTable("people");
        builder.Entity<TextRecord>().ToTable("texts").HasIndex(t => t.Subject);
        builder.Entity<BlobRecord>().ToTable("blobs").HasIndex(b => b.Subject);
        builder.Entity<SecretRecord>(secret =>
        {
            secret.ToTable("secrets").HasKey(s => s.Sha256);
            secret.HasIndex(s => new { s.Purpose, s.Subject });
        });
        builder.Entity<SessionRecord>(session =>
        {
            session.ToTable("sessions").HasKey(s => s.Sha256);
            session.Property(s => s.Way).HasConversion<string>();
            session.HasIndex(s => s.Person);
        });
        builder.Entity<SealedSecretRecord>().ToTable("sealed_secrets").HasKey(s => s.Name);
        builder.Entity<OpeningRecord>().ToTable("openings").HasKey(o => new { o.Audit, o.Number });
        builder.Entity<GenerationRecord>().ToTable("generations").HasKey(g => g.Name);
        builder.Entity<JobRecord>(job =>
        {
            job.ToTable("jobs").HasKey(j => j.Key);
            job.HasIndex(j => new { j.DoneAt, j.DeadAt, j.DueAt });
        });
    }

    private static void NameAccounts(ModelBuilder builder)
    {
        builder.Entity<Account>().ToTable("accounts");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("account_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("account_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("account_tokens");
        builder.Entity<IdentityUserPasskey<Guid>>(passkey =>
        {
            passkey.ToTable("account_passkeys").HasKey(key => key.CredentialId);
            passkey.Property(key => key.CredentialId).HasMaxLength(1024);
            passkey.HasIndex(key => key.UserId);
            passkey.OwnsOne(key => key.Data).ToJson();
            passkey.HasOne<Account>().WithMany().HasForeignKey(key => key.UserId).IsRequired();
        });
    }
}

public sealed class SqliteRecord(DbContextOptions<SqliteRecord> options) : RecordContext(options);

public sealed class PostgresRecord(DbContextOptions<PostgresRecord> options) : RecordContext(options);
