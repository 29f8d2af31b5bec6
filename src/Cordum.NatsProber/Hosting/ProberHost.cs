using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.Scheduling;
using Cordum.NatsProber.Timing;
using Quartz;

namespace Cordum.NatsProber.Hosting;

/// <summary>Puts the service together: web server, schedule, links.</summary>
internal static class ProberHost
{
    /// <summary>SIGTERM and SIGINT end the process within five seconds. A scraper that does not read uses up all of this.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Builds the host. Every series exists when this returns; nothing is dialled before the host is started.</summary>
    /// <param name="settings">What is not about a cluster.</param>
    /// <param name="files">The clusters.</param>
    /// <param name="logging">Where log lines go in place of the console; null for the console.</param>
    public static WebApplication Build(ProberSettings settings, IReadOnlyList<ProbeFile> files, Action<ILoggingBuilder>? logging = null)
    {
        var time = TimeProvider.System;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "natsprober" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            var listen = settings.ListenEndPoint();
            kestrel.AddServerHeader = false;
            if (listen.Address.Equals(System.Net.IPAddress.IPv6Any))
                kestrel.ListenAnyIP(listen.Port);
            else
                kestrel.Listen(listen);
        });
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        LogSetup.Quieten(builder.Logging);
        if (logging is null)
            LogSetup.AddConsole(builder.Logging, settings.LogFormat);
        else
            logging(builder.Logging);

        var scheduleTime = new MonotonicWallClock(time);
        ProbeSchedule.AddQuartz(builder.Services, scheduleTime);

        var clock = new ProberClock(time);
        var stallRecord = new StallRecord();
        var metrics = new ProberMetrics(settings.Prober, clock, stallRecord, settings.Buckets);
        builder.Services
            .AddSingleton<ProberLifetime>()
            .AddSingleton(_ => new StallWatch(clock, stallRecord))
            .AddSingleton(services => new ProberParts(
                settings.Prober,
                clock,
                time,
                scheduleTime,
                services.GetRequiredService<StallWatch>(),
                metrics,
                services.GetRequiredService<ILoggerFactory>()))
            .AddSingleton(services => new ProberService(
                services.GetRequiredService<ProberParts>(),
                files,
                services.GetRequiredService<ISchedulerFactory>(),
                services.GetRequiredService<ProberLifetime>()))
            .AddSingleton(services => services.GetRequiredService<ProberService>().Schedule)
            .AddHostedService(services => services.GetRequiredService<ProberService>());

        var app = builder.Build();
        var prober = app.Services.GetRequiredService<ProberService>();
        app.UseRouting();
        app.MapMetrics(metrics);
        app.MapCompare(prober.Compare);
        app.MapMethods("/healthz", MetricsEndpoint.ReadMethods, () => Results.Text("ok\n"));
        app.MapMethods("/readyz", MetricsEndpoint.ReadMethods, () => prober.Schedule.IsRunning
            ? Results.Text("ready\n")
            : Results.Text("the schedule is not running\n", statusCode: StatusCodes.Status503ServiceUnavailable));
        return app;
    }
}
